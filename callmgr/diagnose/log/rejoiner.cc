// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/rejoiner.hh"

#include "callmgr/diagnose/log/packet.hh"

namespace callgate::diagnose {

bool Rejoiner::is_open(const LogLine& line) {
  if (is_packet(line.text)) return line.text.find(']') == line.text.npos;
  return line.prefixed && line.text.ends_with(':');
}

// Whether the line is the rest of a packet: it has the closing bracket, or looks like options.
// People also shorten packets without a bracket; the line after such a packet is a separate line.
bool Rejoiner::continues(const LogLine& line) const {
  auto text = line.text;
  if (!line.program.empty() || text.empty() || is_packet(text)) return false;
  if (!is_packet(kept_.text())) return !line.prefixed;
  if (text.find(']') != text.npos) return true;
  return text[0] == '<' || text[0] == '"' || text.back() == '>';
}

void Rejoiner::hold(const LogLine& line) {
  held_ = true;
  pieces_ = 1;
  kept_.keep(line);
}

void Rejoiner::append(const LogLine& line) {
  if (kept_.text().size() + line.text.size() >= kMaxJoined) return;
  kept_.append(" ");
  kept_.append(line.text);
}

}  // namespace callgate::diagnose

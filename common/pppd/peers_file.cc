// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/pppd/peers_file.hh"

#include <algorithm>

#include "common/command_line/pptp_options.hh"

namespace callgate {
namespace {

bool is_pptp(const std::string& word) {
  return word == "pptp" || word.ends_with("/pptp");
}

bool is_number(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

PtyCommand pty_command(std::string_view command) {
  PtyCommand found;
  std::string last;
  for (const auto& word : pppd_words(command)) {
    if (found.pptp.empty() && last == "-c")
      if (auto inner = pty_command(word.text); !inner.pptp.empty()) found.pptp = inner.pptp;
    last = word.text;
    if (found.pptp.empty() && !is_pptp(word.text)) {
      found.before.push_back(word.text);
      continue;
    }
    auto end = word.text.find_first_of(";|&<>");
    auto plain = word.text.substr(0, end);
    bool redirects = end != std::string::npos && word.text.find_first_of("<>") == end;
    if (!plain.empty() && !(redirects && is_number(plain))) found.pptp.push_back(plain);
    if (end == std::string::npos) continue;
    found.followed = !redirects || word.text.find_first_of(";|") != std::string::npos;
    break;
  }
  return found;
}

std::string PeersFile::value(const std::string& option) const {
  auto found = options.find(option);
  return found == options.end() ? std::string() : found->second.value.text;
}

bool PeersFile::has_after(const std::string& option, const std::string& other) const {
  auto ours = options.find(option), theirs = options.find(other);
  return ours != options.end() &&
         (theirs == options.end() || theirs->second.place < ours->second.place);
}

std::string PeersFile::server() const {
  if (has_kernel_plugin()) return value("pptp_server");
  for (size_t i = 1; i < pty.size(); i++) {
    if (pptp_option_takes_next(pty[i]))
      i++;
    else if (!pty[i].starts_with('-'))
      return pty[i];
  }
  return {};
}

// Abbreviations are allowed, unless they are so short that they are ambiguous.
bool PeersFile::pty_has(const std::string& option) const {
  return std::any_of(pty.begin(), pty.end(), [&](const std::string& word) {
    return word.size() >= 4 && option.starts_with(word);
  });
}

PeersFile parse_peers(const std::string& path, const OptionLoader& load) {
  PeersFile peers{.path = path};
  OptionLoader keep_text = [&](const std::string& name) {
    auto file = load(name);
    if (name == path && peers.text.empty()) peers.text = file.text;
    return file;
  };
  OptionReader reader(keep_text);
  reader.read_file(kPppdOptions, false);  // pppd reads it first; it need not exist
  peers.error = reader.read_file(path);
  peers.read = reader.options();
  for (size_t i = 0; i < peers.read.size(); i++)
    peers.options[peers.read[i].name.text] = {peers.read[i].value, i + 1};
  peers.pty = pty_command(peers.value("pty")).pptp;
  return peers;
}

}  // namespace callgate

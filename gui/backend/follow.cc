// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/backend/follow.hh"

namespace callgate::gui {
namespace {

Words words_for(const Programs& programs, const std::string& tunnel) {
  if (tunnel.empty()) return {programs.pptpctl, "follow", "--log", "-", "--json"};
  return {programs.pptpctl, "follow", tunnel, "--json"};
}

}  // namespace

Follow::Follow(const Programs& programs, const std::string& tunnel, Told told, Ended ended)
    : process_(words_for(programs, tunnel), std::move(ended),
               [told = std::move(told)](const std::string& line) {
                 if (auto event = parse_event(line)) told(*event);
               }) {
  if (!tunnel.empty()) process_.close_input();
}

void Follow::push(const std::string& line) {
  process_.write(line + "\n");
}

void Follow::finish() {
  process_.close_input();
}

}  // namespace callgate::gui

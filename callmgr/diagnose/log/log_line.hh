// SPDX-License-Identifier: GPL-2.0-or-later
// One line of a log without what syslog, the journal, NetworkManager, docker, mail and terminals
// put around it: who said it, and what.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace callgate::diagnose {

struct LogLine {
  uint64_t number = 0;
  std::string_view host;
  std::string_view program;  // "pppd"; empty where the line does not say
  uint32_t pid = 0;          // 0: the line does not say
  std::string_view text;
  bool prefixed = false;  // something that only the start of a message has was taken off
};

// The views point into raw, or into scratch where bytes had to be taken out of the middle.
LogLine parse_log_line(std::string_view raw, uint64_t number, std::string& scratch);

// Whether a line of this program may say something about a tunnel. Nobody is everybody.
bool concerns_tunnels(std::string_view program);

}  // namespace callgate::diagnose

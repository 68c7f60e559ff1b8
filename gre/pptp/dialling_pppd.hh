// SPDX-License-Identifier: GPL-2.0-or-later
// Which pppd has started this pptp. Between them there may be a shell, which runs the pty command,
// and a script.
#pragma once

#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>

#include "common/channel/channel_message.hh"

namespace callgate {

// What /proc/PID/stat says of a process.
struct ProcessStat {
  std::string name;  // any text, 15 bytes at most
  pid_t parent = 0;
  uint64_t started = 0;  // clock ticks after the boot
  bool operator==(const ProcessStat&) const = default;
};
std::optional<ProcessStat> parse_process_stat(std::string_view line);

// The nearest process named pppd among `process` and its ancestors. Its pid is 0 if there is none,
// or if /proc does not show it.
PppdProcess dialling_pppd(pid_t process = getppid());

}  // namespace callgate

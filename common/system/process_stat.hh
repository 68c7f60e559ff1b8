// SPDX-License-Identifier: GPL-2.0-or-later
// What /proc says of a process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {

struct ProcessStat {
  std::string name;  // any text, 15 bytes at most
  pid_t parent = 0;
  uint64_t started = 0;  // clock ticks after the boot
  bool operator==(const ProcessStat&) const = default;
};

// These take the text of /proc/PID/stat, and of /proc/PID/status: the user who has started it.
std::optional<ProcessStat> parse_process_stat(std::string_view line);
std::optional<uid_t> parse_real_user(std::string_view status);

// Each returns nothing if there is no such process, or if /proc does not show it.
std::optional<ProcessStat> process_stat(pid_t process);
std::optional<uid_t> real_user_of(pid_t process);
std::vector<std::string> command_line_of(pid_t process);

}  // namespace callgate

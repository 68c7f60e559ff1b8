// SPDX-License-Identifier: GPL-2.0-or-later
// The log of a process. It goes to the journal, with fields, or to syslog if no journal runs.
// Important lines go to stderr too. Only the outer layer of a process logs; cores return reasons.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/system/systemd_socket.hh"

namespace callgate::log {

enum class Level : int { error = 3, warning = 4, notice = 5, debug = 7 };  // syslog's numbers

std::string_view name(Level level);           // "notice"
std::vector<std::string_view> level_names();  // the most important first
std::optional<Level> level_named(std::string_view name);
std::optional<Level> level_of(unsigned number);  // syslog's; nullopt if we do not use it

// A journal field, like "SERVER" and "192.0.2.1". syslog and stderr have no fields.
using Field = JournalField;

struct Settings {
  std::string ident = "pptp";        // of every line
  std::string name;                  // --logstring, precedes every line; may be empty
  Level verbosity = Level::notice;   // less important lines are dropped
  Level to_stderr = Level::warning;  // this and more important lines go to stderr too
  int copy = -1;  // a descriptor that gets each line, without a prefix, instead of stderr; or -1
};

void open(Settings settings);
void close();          // before descriptors are renumbered
void reopen();         // afterwards, with the same settings
void copy_to(int fd);  // Settings::copy
int copied_to();
Level verbosity();
void set_verbosity(Level level);  // logs the change
bool wants(Level level);
void write(Level level, std::string_view text, const std::vector<Field>& fields = {});
void leave_stderr();  // closes it; later lines go to the log only

template <typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void notice(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::notice, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  if (wants(Level::debug)) write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace callgate::log

// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of pptp-callmgr.
#pragma once

#include <optional>

#include "common/command_line/option.hh"
#include "common/system/log.hh"

namespace callgate {

struct ManagerOptions {
  enum class Action : uint8_t { serve, show_help, show_version };

  Action action = Action::serve;
  std::string socket;
  std::optional<uint32_t> idle_exit;  // s, 0 = never
  bool take_over = false;
  bool foreground = false;
  log::Level level = log::Level::notice;
};

// `words` come after the program's name.
std::variant<ManagerOptions, Reason> parse_manager_options(const Words& words);

std::string manager_usage();

}  // namespace callgate

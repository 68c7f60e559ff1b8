// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/options.hh"

#include "common/channel/channel.hh"
#include "common/command_line/values.hh"

namespace callgate {
namespace {

using Text = const std::string&;
using Action = ManagerOptions::Action;

constexpr uint32_t kMaxIdleExit = 86'400;  // s

std::vector<Option> table(ManagerOptions& o) {
  auto act = [&](Action action) {
    return [&o, action](Text) {
      o.action = action;
      return true;
    };
  };
  return {
      {"socket", "PATH", "a path", "listen on this socket",
       [&](Text v) {
         o.socket = v;
         return !v.empty();
       }},
      {"idle-exit", "SECONDS", "a number from 0 to 86400",
       "exit after this long without calls, 0 = never",
       [&](Text v) { return store(o.idle_exit, whole_number(v, 0, kMaxIdleExit)); }},
      {"take-over", nullptr, "", "take the calls over from the manager that is running",
       [&](Text) { return o.take_over = true; }},
      {"foreground", nullptr, "", "also write the log to standard error",
       [&](Text) { return o.foreground = true; }},
      {"loglevel", "LEVEL", "0, 1 or 2", "0 = warnings, 1 = also notices (default), 2 = everything",
       [&](Text v) { return store(o.level, loglevel(v)); }},
      {"version", nullptr, "", "print the version and exit", act(Action::show_version),
       Option::Place::alone},
      {"help", nullptr, "", "print this text and exit", act(Action::show_help),
       Option::Place::alone},
  };
}

}  // namespace

std::variant<ManagerOptions, Reason> parse_manager_options(const Words& words) {
  ManagerOptions options{.socket = callmgr_socket_path()};
  auto rows = table(options);
  auto read = read_command_line(rows, words);
  if (auto* reason = std::get_if<Reason>(&read)) return *reason;
  const auto& operands = std::get<CommandLine>(read).operands;
  if (options.action == Action::serve && !operands.empty())
    return Reason{.cause = Cause::wrong_usage,
                  .detail = "takes options alone, not '" + operands.front() + "'"};
  return options;
}

std::string manager_usage() {
  ManagerOptions unused;
  return "Usage: pptp-callmgr [OPTIONS]\n"
         "Owns the PPTP control connections of this host. See pptp-callmgr(8).\n\n" +
         option_lines(table(unused));
}

}  // namespace callgate

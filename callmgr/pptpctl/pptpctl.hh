// SPDX-License-Identifier: GPL-2.0-or-later
// The subcommands of pptpctl. Each is given what was typed behind its name, and returns the exit
// status.
#pragma once

#include <stdexcept>

#include "callmgr/pptpctl/arguments.hh"

namespace callgate {

// The manager will not do what was asked: what that was, and its reason.
struct Refused : std::runtime_error {
  using runtime_error::runtime_error;
};

const std::vector<Subcommand>& subcommands();

int status_command(const Arguments& arguments);
int show_command(const Arguments& arguments);
int stats_command(const Arguments& arguments);
int watch_command(const Arguments& arguments);
int metrics_command(const Arguments& arguments);
int dump_command(const Arguments& arguments);
int hangup_command(const Arguments& arguments);
int diagnose_command(const Arguments& arguments);
int diagnose_log_command(const Arguments& arguments);
int diagnose_live_command(const Arguments& arguments);
int log_level_command(const Arguments& arguments);
int capture_command(const Arguments& arguments);

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// The subcommands of pptpctl. Each gets the words after its name and returns the exit status.
#pragma once

#include "callmgr/pptpctl/arguments.hh"
#include "callmgr/pptpctl/errors.hh"

namespace callgate {

int status_command(const Arguments& arguments);
int show_command(const Arguments& arguments);
int stats_command(const Arguments& arguments);
int follow_command(const Arguments& arguments);
int watch_command(const Arguments& arguments);
int metrics_command(const Arguments& arguments);
int dump_command(const Arguments& arguments);
int hangup_command(const Arguments& arguments);
int diagnose_command(const Arguments& arguments);
int diagnose_log_command(const Arguments& arguments);
int diagnose_live_command(const Arguments& arguments);
int log_level_command(const Arguments& arguments);
int capture_command(const Arguments& arguments);
int exec_command(const Arguments& arguments);
int wait_command(const Arguments& arguments);

}  // namespace callgate

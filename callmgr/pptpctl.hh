// SPDX-License-Identifier: GPL-2.0-or-later
// The subcommands of pptpctl. Each is given the words after its own name, and returns the exit
// status.
#pragma once

#include <string>
#include <vector>

namespace callgate {

using Words = std::vector<std::string>;

// pptpctl's own exit status; a subcommand may document others.
constexpr int kFailed = 1, kUsage = 2;

struct UsageError {
  std::string what;
};

int status_command(const Words& words);
int hangup_command(const Words& words);
int diagnose_command(const Words& words);
bool is_about_a_server(const Words& words);  // and not about a log
int diagnose_live_command(const Words& words);

}  // namespace callgate

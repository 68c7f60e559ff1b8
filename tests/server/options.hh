// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of pptp-test-server.
#pragma once

#include <variant>

#include "common/command_line/option.hh"
#include "tests/server/ppp_server.hh"

namespace callgate::ppp::test {

struct ProgramOptions {
  ServerSettings link;  // each call has the next client's address
  bool help = false;
};

std::string help_text();
std::variant<ProgramOptions, Reason> read_options(const Words& words);

}  // namespace callgate::ppp::test

// SPDX-License-Identifier: GPL-2.0-or-later
// pptp-test-server: a PPTP server for tests, benchmarks and the demo.
#include <fmt/format.h>

#include <cstdio>

#include "tests/server/options.hh"
#include "tests/server/program.hh"

using namespace callgate;
using namespace callgate::ppp::test;

int main(int argc, char** argv) try {
  auto read = read_options(Words(argv + 1, argv + argc));
  if (auto* wrong = std::get_if<Reason>(&read)) {
    fmt::print(stderr, "pptp-test-server: {}; see --help\n", wrong->detail);
    return 2;
  }
  const auto& options = std::get<ProgramOptions>(read);
  if (options.help) {
    fmt::print("{}", help_text());
    return 0;
  }
  Program(options.link).run();
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "pptp-test-server: {}\n", error.what());
  return 1;
}

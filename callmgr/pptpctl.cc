// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl: the table of subcommands, and main(). See pptpctl(1).
#include "callmgr/pptpctl.hh"

#include <fmt/format.h>

#include <cstdio>
#include <functional>

#include "common/bytes.hh"
#include "config.hh"

namespace callgate {
namespace {

int version(const Words&) {
  fmt::print("pptpctl version {}\n", CALLGATE_VERSION);
  return 0;
}

int help(const Words&);

int diagnose(const Words& words) {
  return is_about_a_server(words) ? diagnose_live_command(words) : diagnose_command(words);
}

struct Subcommand {
  const char* name;
  const char* arguments;
  const char* what;
  std::function<int(const Words&)> run;
};

const std::vector<Subcommand>& subcommands() {
  static const std::vector<Subcommand> kTable{
      {"status", "[--json]", "control connections and their calls (also without a word)",
       status_command},
      {"hangup", "CALL|SERVER|--all", "end a call, the calls to a server, or every call",
       hangup_command},
      {"diagnose", "SERVER|--log FILE|--journal",
       "how far a tunnel comes, or has come, and why no further", diagnose},
      {"version", "", "the version", version},
      {"help", "", "this list", help}};
  return kTable;
}

int help(const Words&) {
  fmt::print("Usage: pptpctl [SUBCOMMAND]\n");
  for (const auto& command : subcommands())
    fmt::print("  {:<8} {:<20} {}\n", command.name, command.arguments, command.what);
  fmt::print("See pptpctl(1).\n");
  return 0;
}

int run(Words words) {
  if (words.empty()) words.push_back("status");
  if (words[0] == "--help") words[0] = "help";
  if (words[0] == "--version") words[0] = "version";
  for (const auto& command : subcommands())
    if (words[0] == command.name) return command.run({words.begin() + 1, words.end()});
  throw UsageError{"there is no subcommand '" + printable(words[0]) + "': see pptpctl help"};
}

}  // namespace
}  // namespace callgate

int main(int argc, char** argv) {
  using namespace callgate;
  try {
    return run({argv + 1, argv + argc});
  } catch (const UsageError& error) {
    fmt::print(stderr, "pptpctl: {}\n", error.what);
    return kUsage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "pptpctl: cannot {}\n", error.what());
    return kFailed;
  }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl diagnose SERVER [--tunnel NAME] [--json]: looks at the network and at this host.
#include <fmt/format.h>

#include <cstdio>

#include "callmgr/diagnose/live/live.hh"
#include "callmgr/pptpctl/pptpctl.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

using diagnose::live::Question;

constexpr int kCouldNotTell = static_cast<int>(diagnose::Verdict::unknown);

// Is it about a server, and not about a log?
bool is_live(const Arguments& arguments) {
  return arguments.has("--tunnel") || !arguments.operands().empty();
}

Question question_from(const Arguments& arguments) {
  for (auto* option : {"--log", "--journal", "--redact", "--no-redact", "--report", "--rules",
                       "--list", "--explain"})
    if (arguments.has(option))
      throw UsageError{
          fmt::format("diagnose: SERVER takes --tunnel NAME and --json, not {}", option)};
  const auto& words = arguments.operands();
  return {.server = words.empty() ? "" : words[0],
          .tunnel = arguments.value("--tunnel"),
          .json = arguments.has("--json")};
}

}  // namespace

int diagnose_live_command(const Arguments& arguments) try {
  return static_cast<int>(diagnose::live::diagnose_live(question_from(arguments)));
} catch (const OsError& error) {
  fmt::print(stderr, "pptpctl: cannot {}\n", error.what());
  return kCouldNotTell;
}

int diagnose_command(const Arguments& arguments) {
  return is_live(arguments) ? diagnose_live_command(arguments) : diagnose_log_command(arguments);
}

}  // namespace callgate

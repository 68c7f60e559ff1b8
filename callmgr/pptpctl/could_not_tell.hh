// SPDX-License-Identifier: GPL-2.0-or-later
// How the subcommands that diagnose end after an error.
#pragma once

#include <fmt/format.h>

#include <cstdio>

#include "callmgr/diagnose/diagnosis.hh"
#include "callmgr/diagnose/rule_base.hh"
#include "common/system/os_error.hh"
#include "common/wire/bytes.hh"

namespace callgate {

// 1 would mean that there is a problem with the tunnel.
constexpr int kCouldNotTell = static_cast<int>(diagnose::Verdict::unknown);

// Returns what `run` returns. If it throws, prints the error, and returns kCouldNotTell.
template <typename Run>
int tell(Run run) try {
  return run();
} catch (const diagnose::RuleError& error) {
  fmt::print(stderr, "pptpctl: {}\n", printable(error.what()));
  return kCouldNotTell;
} catch (const OsError& error) {
  fmt::print(stderr, "pptpctl: cannot {}\n", error.what());
  return kCouldNotTell;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// How a subcommand of pptpctl fails: it throws one of these, or OsError, and main says it.
#pragma once

#include <stdexcept>
#include <string>

namespace callgate {

// Exit statuses of pptpctl. A subcommand may document others.
constexpr int kFailed = 1, kUsage = 2;

// The command line is wrong.
struct UsageError {
  std::string what;
};

// The manager refuses: what it was asked for, and its reason.
struct Refused : std::runtime_error {
  using runtime_error::runtime_error;
};

}  // namespace callgate

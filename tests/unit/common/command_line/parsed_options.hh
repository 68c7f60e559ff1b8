// SPDX-License-Identifier: GPL-2.0-or-later
// parse_pptp_options for tests, which require the outcome that they expect.
#pragma once

#include "common/command_line/pptp_options.hh"
#include "tests/unit/catch.hh"

namespace callgate::test {

inline PptpOptions parsed(const Words& words) {
  auto result = parse_pptp_options(words);
  if (auto* reason = std::get_if<Reason>(&result)) FAIL(reason->detail);
  return std::get<PptpOptions>(result);
}

inline Reason refusal(const Words& words) {
  auto result = parse_pptp_options(words);
  REQUIRE(std::holds_alternative<Reason>(result));
  return std::get<Reason>(result);
}

}  // namespace callgate::test

// SPDX-License-Identifier: GPL-2.0-or-later
// parse_options for tests: the program's name is added, and the expected outcome is required.
#pragma once

#include "gre/pptp/options.hh"
#include "tests/unit/catch.hh"

namespace callgate::test {

inline std::variant<Options, Reason> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "pptp");
  return parse_options(words);
}

inline Options parsed(std::vector<std::string> words) {
  auto result = parse(std::move(words));
  if (auto* reason = std::get_if<Reason>(&result)) FAIL(reason->detail);
  return std::get<Options>(result);
}

inline Reason refusal(std::vector<std::string> words) {
  auto result = parse(std::move(words));
  REQUIRE(std::holds_alternative<Reason>(result));
  return std::get<Reason>(result);
}

}  // namespace callgate::test

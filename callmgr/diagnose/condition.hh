// SPDX-License-Identifier: GPL-2.0-or-later
// A condition of a rule: "lcp.received = 0", "stage < authenticated".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "callmgr/diagnose/facts.hh"

namespace callgate::diagnose {

struct Condition {
  enum class Relation : uint8_t { equal, different, less, at_most, more, at_least };
  size_t fact = 0;
  Relation relation = Relation::at_least;
  int64_t number = 0;
  std::string text;

  bool holds(int64_t value) const;
};

// Throws std::runtime_error with a description of the mistake.
Condition parse_condition(std::string_view text, FactNames& names);

}  // namespace callgate::diagnose

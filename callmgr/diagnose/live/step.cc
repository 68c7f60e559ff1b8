// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/step.hh"

#include "callmgr/diagnose/live/faults.hh"

namespace callgate::diagnose::live {

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass: return "pass";
    case Outcome::fail: return "fail";
    case Outcome::skipped: return "skipped";
    case Outcome::unknown: return "unknown";
  }
  return "unknown";
}

Result pass(std::string seen) {
  return {.outcome = Outcome::pass, .seen = std::move(seen)};
}

Result unknown(std::string seen) {
  return {.outcome = Outcome::unknown, .seen = std::move(seen)};
}

Result failure(const Fault& fault, std::string seen, std::vector<std::string> values) {
  Result result{.outcome = Outcome::fail, .seen = std::move(seen), .rule = fault.rule};
  for (size_t i = 0; i < values.size(); i++)
    result.values.emplace(fault.values[i], std::move(values[i]));
  return result;
}

}  // namespace callgate::diagnose::live

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/step.hh"

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

}  // namespace callgate::diagnose::live

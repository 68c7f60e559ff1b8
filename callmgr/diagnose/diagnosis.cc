// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/diagnosis.hh"

namespace callgate::diagnose {

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::healthy: return "healthy";
    case Verdict::problem: return "problem";
    case Verdict::unknown: return "unknown";
  }
  return "unknown";
}

}  // namespace callgate::diagnose

// SPDX-License-Identifier: GPL-2.0-or-later
// Decides which rules an attempt matches, ranks them, and judges how the attempt went.
#pragma once

#include "callmgr/diagnose/attempt.hh"
#include "callmgr/diagnose/diagnosis.hh"

namespace callgate::diagnose {

AttemptReport evaluate(const RuleBase& rules, const Attempt& attempt);

}  // namespace callgate::diagnose

// SPDX-License-Identifier: GPL-2.0-or-later
// Goes through the steps, and says what they amount to.
#pragma once

#include <span>

#include "callmgr/diagnose/diagnosis.hh"
#include "callmgr/diagnose/live/step.hh"

namespace callgate::diagnose::live {

using StepReports = std::vector<StepReport>;

// In the order of the table. A step whose needs have not passed is skipped; `done` is called as
// each one ends.
StepReports walk(std::span<const Step> steps, Case& the_case,
                 const std::function<void(const StepReport&)>& done);

struct Conclusion {
  Verdict verdict = Verdict::unknown;
  Stage stage = Stage::none;
  const StepReport* first_broken = nullptr;
  std::vector<const StepReport*> findings;  // the failures: what explains another goes before it
};

Conclusion conclude(std::span<const StepReport> reports);

}  // namespace callgate::diagnose::live

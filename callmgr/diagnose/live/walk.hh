// SPDX-License-Identifier: GPL-2.0-or-later
// Runs the steps, and draws the conclusion.
#pragma once

#include <span>

#include "callmgr/diagnose/diagnosis.hh"
#include "callmgr/diagnose/live/step.hh"

namespace callgate::diagnose::live {

using StepReports = std::vector<StepReport>;

// Runs the steps in the order of the table. Skips a step if a step that it needs has not passed.
// Calls `done` after each step.
StepReports walk(std::span<const Step> steps, Case& the_case,
                 const std::function<void(const StepReport&)>& done);

struct Conclusion {
  Verdict verdict = Verdict::unknown;
  Stage stage = Stage::none;
  const StepReport* first_broken = nullptr;
  std::vector<const StepReport*>
      findings;  // the failures; one that explains another comes before it
};

Conclusion conclude(std::span<const StepReport> reports);

}  // namespace callgate::diagnose::live

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/walk.hh"

#include <fmt/format.h>

#include <algorithm>

#include "callmgr/diagnose/live/case.hh"
#include "common/system/os_error.hh"

namespace callgate::diagnose::live {
namespace {

bool failed(const StepReport& report) {
  return report.result.outcome == Outcome::fail;
}

const StepReport* find(std::span<const StepReport> reports, std::string_view id) {
  auto found = std::find_if(reports.begin(), reports.end(),
                            [&](const StepReport& report) { return report.step->id == id; });
  return found == reports.end() ? nullptr : &*found;
}

// The first step that this one needs and that has not passed. If that one was skipped itself, the
// step that it lacks.
const StepReport* missing(const Step& step, std::span<const StepReport> reports) {
  for (auto need : step.needs) {
    const auto* report = find(reports, need);
    if (!report || report->result.outcome == Outcome::pass) continue;
    const auto* deeper = missing(*report->step, reports);
    return deeper ? deeper : report;
  }
  return nullptr;
}

Result run(const Step& step, Case& the_case) try {
  if (Clock::now() >= the_case.end) return unknown("there was no time left for it");
  return step.run(the_case);
} catch (const OsError& error) {
  return unknown(fmt::format("cannot {}", error.what()));
}

}  // namespace

StepReports walk(std::span<const Step> steps, Case& the_case,
                 const std::function<void(const StepReport&)>& done) {
  StepReports reports;
  for (const auto& step : steps) {
    auto start = Clock::now();
    Result result;
    if (const auto* lacks = missing(step, reports))
      result = {.outcome = Outcome::skipped,
                .seen = fmt::format("skipped: {}", lacks->step->broken)};
    else
      result = run(step, the_case);
    auto took = std::chrono::duration_cast<Duration>(Clock::now() - start);
    reports.push_back({&step, std::move(result), took});
    done(reports.back());
  }
  return reports;
}

Conclusion conclude(std::span<const StepReport> reports) {
  Conclusion conclusion;
  bool all_known = true;
  for (const auto& report : reports) {
    const auto& step = *report.step;
    if (report.result.outcome == Outcome::pass)
      conclusion.stage = std::max(conclusion.stage, step.reaches);
    else if (step.essential)
      all_known = false;
    if (!failed(report)) continue;
    if (!conclusion.first_broken) conclusion.first_broken = &report;
    auto explained = std::find_if(
        conclusion.findings.begin(), conclusion.findings.end(), [&](const StepReport* other) {
          return !step.explains.empty() && other->step->id == step.explains;
        });
    conclusion.findings.insert(explained, &report);
  }
  if (conclusion.first_broken)
    conclusion.verdict = Verdict::problem;
  else if (all_known)
    conclusion.verdict = Verdict::healthy;
  return conclusion;
}

}  // namespace callgate::diagnose::live

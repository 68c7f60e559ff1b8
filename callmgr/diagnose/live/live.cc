// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/live.hh"

#include <fmt/format.h>

#include <cstdio>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/report.hh"
#include "callmgr/diagnose/live/steps.hh"

namespace callgate::diagnose::live {
namespace {

void require_all_faults(const RuleBase& rules) {
  for (const auto& fault : kFaults)
    if (!rules.find(fault.rule))
      throw RuleError(
          fmt::format("there is no rule '{}': the rules are not of this version", fault.rule));
}

}  // namespace

Verdict diagnose_live(Question question, const RuleBase& rules) {
  require_all_faults(rules);
  Case the_case{.server = std::move(question.server),
                .tunnel = std::move(question.tunnel),
                .end = Clock::now() + kWholeRun,
                .peers = std::move(question.peers)};
  auto all = steps(!the_case.tunnel.empty());
  auto reports = walk(all, the_case, [&](const StepReport& report) {
    if (question.json && !question.events) return;
    fmt::print("{}", question.events ? event_of(report, rules) : text_of(report));
    std::fflush(stdout);
  });
  auto conclusion = conclude(reports);
  if (question.events)
    fmt::print("{}", event_of(the_case.server, reports, conclusion, rules));
  else
    fmt::print("{}", question.json ? json_of(the_case.server, reports, conclusion, rules)
                                   : text_of(conclusion, rules));
  return conclusion.verdict;
}

}  // namespace callgate::diagnose::live

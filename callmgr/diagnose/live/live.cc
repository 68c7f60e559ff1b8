// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/live.hh"

#include <fmt/format.h>

#include <cstdio>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/report.hh"
#include "callmgr/diagnose/live/steps.hh"

namespace callgate::diagnose::live {

Verdict diagnose_live(Question question) {
  Case the_case{.server = std::move(question.server),
                .tunnel = std::move(question.tunnel),
                .end = Clock::now() + kWholeRun,
                .peers = std::move(question.peers)};
  auto all = steps(!the_case.tunnel.empty());
  auto reports = walk(all, the_case, [&](const StepReport& report) {
    if (question.json) return;
    fmt::print("{}", text_of(report));
    std::fflush(stdout);
  });
  auto conclusion = conclude(reports);
  fmt::print("{}",
             question.json ? json_of(the_case.server, reports, conclusion) : text_of(conclusion));
  return conclusion.verdict;
}

}  // namespace callgate::diagnose::live

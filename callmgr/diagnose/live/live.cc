// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/live.hh"

#include <fmt/format.h>

#include <cstdio>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/report.hh"
#include "callmgr/diagnose/live/steps.hh"
#include "callmgr/pptpctl/pptpctl.hh"

namespace callgate::diagnose::live {
namespace {

// A tunnel's name is pppd's: a file below /etc/ppp/peers, and nothing outside of it.
void check_tunnel(const std::string& name) {
  bool outside = name.starts_with('/') || name == ".." || name.starts_with("../") ||
                 name.find("/../") != name.npos || name.ends_with("/..");
  if (outside) throw UsageError{"diagnose: --tunnel takes the name of a file in /etc/ppp/peers"};
}

}  // namespace

Verdict diagnose_live(const Question& question) {
  check_tunnel(question.tunnel);
  Case the_case{
      .server = question.server, .tunnel = question.tunnel, .end = Clock::now() + kWholeRun};
  if (!question.tunnel.empty()) the_case.peers = load_peers(question.tunnel);
  if (the_case.server.empty()) the_case.server = the_case.peers.server();
  if (the_case.server.empty())
    throw UsageError{"diagnose: no server is given, and " + the_case.peers.path + " names none"};
  if (the_case.server.starts_with('-'))
    throw UsageError{"diagnose: a server's name does not begin with -"};

  auto all = steps(!question.tunnel.empty());
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

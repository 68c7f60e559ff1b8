// SPDX-License-Identifier: GPL-2.0-or-later
// Does GRE pass in both directions? Only a call can show it: firewalls and NAT routers treat GRE
// differently if there is no call.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "callmgr/diagnose/live/probes/lcp_speaker.hh"
#include "callmgr/diagnose/live/probes/trial_call.hh"
#include "common/command_line/shell_quote.hh"

namespace callgate::diagnose::live {
namespace {

constexpr Duration kCallWithin{9'000};  // a small server may start pppd slowly

}  // namespace

Result probe_gre(Case& the_case) {
  if (access(CALLGATE_PPTP, X_OK) != 0) return unknown("not tested: there is no " CALLGATE_PPTP);
  the_case.filter_before = read_packet_filter(the_case, Clock::now() + Duration(1'000));
  auto server = the_case.address.text();
  auto facts = make_test_call(server, the_case.within(kCallWithin));
  auto outcome = judge(facts, server);
  the_case.gre = outcome.state;
  the_case.largest = facts.largest;
  the_case.authentications = facts.authentications;
  return std::move(outcome.result);
}

Result probe_sizes(Case& the_case) {
  auto largest = the_case.largest;
  if (largest == 0) return unknown("the server sends nothing back that would show it");
  if (largest == kTriedSizes.back())
    return pass(fmt::format("PPP packets of {} bytes pass both ways", largest));
  auto next = *std::upper_bound(kTriedSizes.begin(), kTriedSizes.end(), largest);
  return failure(
      "packets-too-big",
      fmt::format("PPP packets of {} bytes pass both ways, those of {} get lost", largest, next),
      shell_quote(the_case.server), std::to_string(largest));
}

}  // namespace callgate::diagnose::live

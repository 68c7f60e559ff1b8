// SPDX-License-Identifier: GPL-2.0-or-later
// Does GRE pass, both ways? Only a call can tell: firewalls and NAT routers treat GRE without one
// differently.
#include <fmt/format.h>
#include <unistd.h>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "callmgr/diagnose/live/test_call.hh"

namespace callgate::diagnose::live {
namespace {

constexpr Duration kPatience{6'000};

}  // namespace

Result probe_gre(Case& the_case) {
  if (access(CALLGATE_PPTP, X_OK) != 0) return unknown("not tested: there is no " CALLGATE_PPTP);
  the_case.filter_before = read_packet_filter(the_case, Clock::now() + Duration(1'000));
  auto server = the_case.address.text();
  auto outcome = judge(make_test_call(server, the_case.within(kPatience)), server);
  the_case.gre = outcome.state;
  return std::move(outcome.result);
}

}  // namespace callgate::diagnose::live

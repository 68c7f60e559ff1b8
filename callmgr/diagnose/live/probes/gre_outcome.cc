// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/probes/gre_outcome.hh"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "callmgr/diagnose/live/words.hh"

namespace callgate::diagnose::live {
namespace {

// Errors of the GRE socket that stand for ICMP messages about our packets. If there are several,
// the first in this list counts.
constexpr int kIcmpErrors[] = {ENOPROTOOPT, ECONNREFUSED, EACCES, EHOSTUNREACH, ENETUNREACH};

bool met(const CallFacts& facts, int error) {
  return std::find(facts.gre_errors.begin(), facts.gre_errors.end(), error) !=
         facts.gre_errors.end();
}

GreOutcome passes(const CallFacts& facts) {
  return {GreState::passes,
          pass(fmt::format(
              "{} packets sent, {} came back, the first after {}; {} answers to our LCP requests",
              facts.sent, facts.frames, in_seconds(facts.heard_after), facts.answers))};
}

GreOutcome not_sent() {
  return {GreState::not_sent,
          failure("gre-not-permitted",
                  "this host does not let GRE packets out: Operation not permitted")};
}

GreOutcome refused(const CallFacts& facts, const std::string& server, int error) {
  auto seen = fmt::format("{} packets sent; in answer, ICMP messages: {}", facts.sent,
                          std::strerror(error));
  bool no_protocol = error == ENOPROTOOPT || error == ECONNREFUSED;
  return {GreState::refused, no_protocol ? failure("gre-protocol-unreachable", seen, server)
                                         : failure("gre-rejected", seen, server)};
}

GreOutcome hung_up(const Reason& end) {
  return {GreState::hung_up,
          failure("gre-server-hung-up",
                  fmt::format("the server ended the call before any GRE packet came: {}",
                              sentence(end)))};
}

GreOutcome silent(const CallFacts& facts) {
  return {GreState::silent,
          failure("gre-nothing-heard", fmt::format("{} packets sent in {}, and none came back",
                                                   facts.sent, in_seconds(facts.lasted)))};
}

GreOutcome one_way(const CallFacts& facts) {
  return {
      GreState::one_way,
      failure("gre-one-way",
              fmt::format(
                  "{} packets of the server arrive, but it answers none of the {} that were sent",
                  facts.frames, facts.sent))};
}

// pptp ended by itself before anything was heard.
GreOutcome ended(const std::optional<Reason>& end) {
  if (!end) return {GreState::untested, unknown("not tested: pptp ended and did not report why")};
  auto words = sentence(*end);
  switch (exit_status(end->cause)) {
    case ExitStatus::server_hung_up:
    case ExitStatus::connection_lost: return hung_up(*end);
    case ExitStatus::call_refused: return {GreState::untested, failure("call-refused", words)};
    case ExitStatus::socket_not_permitted:
      return {GreState::untested,
              unknown(fmt::format("not tested: {}; {}", words,
                                  geteuid() == 0 ? "here root has no CAP_NET_RAW, as in a "
                                                   "container without --cap-add NET_RAW"
                                                 : "as root, this can be tested"))};
    case ExitStatus::manager_unreachable:
      return {GreState::untested, failure("manager-unreachable", words)};
    default: return {GreState::untested, unknown(fmt::format("not tested: {}", words))};
  }
}

}  // namespace

GreOutcome judge(const CallFacts& facts, const std::string& server) {
  if (facts.answers > 0) return passes(facts);
  if (met(facts, EPERM)) return not_sent();
  for (int error : kIcmpErrors)
    if (met(facts, error)) return refused(facts, server, error);
  if (facts.frames > 0) return one_way(facts);
  if (facts.gone) return ended(facts.end);
  return silent(facts);
}

}  // namespace callgate::diagnose::live

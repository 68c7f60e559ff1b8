// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/probes/gre_outcome.hh"

#include <fmt/format.h>
#include <unistd.h>

#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "callmgr/diagnose/live/words.hh"
#include "common/channel/reason.hh"

namespace callgate::diagnose::live {
namespace {

// What the gateway says of the socket's errors: our own filter's, or those that ICMP has brought.
bool said_of_gre(const CallFacts& facts, const std::string& server, std::string_view error) {
  return facts.said.find(fmt::format("GRE to {}: {}", server, error)) != std::string::npos;
}

// pptp's last line, without who says it.
std::string last_words(const CallFacts& facts) {
  auto text = facts.said.substr(0, facts.said.find_last_not_of('\n') + 1);
  auto start = text.rfind('\n');
  text = text.substr(start == text.npos ? 0 : start + 1);
  auto mark = std::string(kLogName) + ": ";
  auto name = text.find(mark);
  return name == text.npos ? text : text.substr(name + mark.size());
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

GreOutcome refused(const CallFacts& facts, const std::string& server, std::string_view error) {
  auto seen = fmt::format("{} packets sent; in answer, ICMP messages: {}", facts.sent, error);
  bool no_protocol = error == "Protocol not available" || error == "Connection refused";
  return {GreState::refused, no_protocol ? failure("gre-protocol-unreachable", seen, server)
                                         : failure("gre-rejected", seen, server)};
}

GreOutcome hung_up(const CallFacts& facts) {
  return {GreState::hung_up,
          failure("gre-server-hung-up",
                  fmt::format("the server ended the call before any GRE packet came: {}",
                              last_words(facts)))};
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

// pptp ended by itself before anything was heard: its exit status says where.
GreOutcome ended(const CallFacts& facts) {
  auto words = last_words(facts);
  switch (static_cast<ExitStatus>(facts.status)) {
    case ExitStatus::server_hung_up:
    case ExitStatus::connection_lost: return hung_up(facts);
    case ExitStatus::call_refused: return {GreState::untested, failure("call-refused", words)};
    case ExitStatus::socket_not_permitted:
      return {GreState::untested,
              unknown(fmt::format("not tested: {}; {}", words,
                                  geteuid() == 0 ? "here root has no CAP_NET_RAW, as in a "
                                                   "container without --cap-add NET_RAW"
                                                 : "as root, this can be tested"))};
    case ExitStatus::manager_unreachable:
      return {GreState::untested, failure("manager-unreachable", words)};
    default:
      return {GreState::untested, unknown(fmt::format("not tested: pptp ended with status {}: {}",
                                                      facts.status, words))};
  }
}

}  // namespace

GreOutcome judge(const CallFacts& facts, const std::string& server) {
  if (facts.answers > 0) return passes(facts);
  if (said_of_gre(facts, server, "Operation not permitted")) return not_sent();
  for (auto error : {"Protocol not available", "Connection refused", "Permission denied",
                     "No route to host", "Network is unreachable"})
    if (said_of_gre(facts, server, error)) return refused(facts, server, error);
  if (facts.frames > 0) return one_way(facts);
  if (facts.status >= 0) return ended(facts);
  return silent(facts);
}

}  // namespace callgate::diagnose::live

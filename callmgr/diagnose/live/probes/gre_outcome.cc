// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/probes/gre_outcome.hh"

#include <fmt/format.h>
#include <unistd.h>

#include "callmgr/diagnose/live/probes.hh"
#include "common/channel/reason.hh"

namespace callgate::diagnose::live {
namespace {

constexpr const char* kWatch =
    "Look for GRE on this host while you dial:\n  tcpdump -n -i any proto 47\n";

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

Result failure(std::string seen, std::string cause, std::string remedy, std::string rule,
               std::string entry) {
  return {Outcome::fail,     std::move(seen), std::move(cause),
          std::move(remedy), std::move(rule), std::move(entry)};
}

GreOutcome passes(const CallFacts& facts) {
  return {GreState::passes,
          pass(fmt::format(
              "{} packets sent, {} came back, the first after {}; {} answers to our LCP requests",
              facts.sent, facts.frames, in_seconds(facts.heard_after), facts.answers))};
}

GreOutcome not_sent() {
  return {GreState::not_sent,
          failure("this host does not let GRE packets out: Operation not permitted",
                  "A rule of this host's own packet filter drops IP protocol 47 on its way out.",
                  "Find the rule, and allow GRE before it:\n  nft -a list ruleset\n"
                  "  nft insert rule inet filter output meta l4proto gre accept",
                  "gre-not-permitted", "S14")};
}

GreOutcome refused(const CallFacts& facts, const std::string& server, std::string_view error) {
  bool no_protocol = error == "Protocol not available" || error == "Connection refused";
  return {
      GreState::refused,
      failure(
          fmt::format("{} packets sent; in answer, ICMP messages: {}", facts.sent, error),
          no_protocol
              ? "The server, or a NAT router in front of it, says that nothing there takes GRE (IP"
                " protocol 47) of this call."
              : "A router or firewall on the way says that it does not let GRE (IP protocol 47) "
                "through.",
          fmt::format("{}Ask who runs the server, or the firewall that sends the ICMP messages, to "
                      "let GRE pass:\n"
                      "  tcpdump -n -v -i any 'icmp or host {} and proto 47'",
                      kWatch, server),
          no_protocol ? "gre-protocol-unreachable" : "gre-rejected", "S13")};
}

GreOutcome hung_up(const CallFacts& facts) {
  return {GreState::hung_up,
          failure(fmt::format("the server ended the call before any GRE packet came: {}",
                              last_words(facts)),
                  "The server accepts the call and gives up at once. Mostly its own pppd does not "
                  "start: a typing error in"
                  " its options looks just like this. Or ICMP told it that GRE does not reach us.",
                  "On the server, look at the log of pppd, and try its options:\n"
                  "  journalctl -t pppd -t pptpd\n  pppd file /etc/ppp/options.pptpd dryrun",
                  "gre-server-hung-up", "S12")};
}

GreOutcome silent(const CallFacts& facts) {
  return {GreState::silent,
          failure(fmt::format("{} packets sent in {}, and none came back", facts.sent,
                              in_seconds(facts.lasted)),
                  "The call itself is up, so TCP port 1723 works. GRE (IP protocol 47) is dropped "
                  "on the way, in one or both"
                  " directions, or the server's own pppd does not run.",
                  fmt::format(
                      "{}Where it goes out and nothing returns, look at the firewalls between here "
                      "and there: enable"
                      " \"PPTP passthrough\" in the router, on Linux routers load the helper:\n"
                      "  modprobe nf_nat_pptp\n"
                      "and ask the administrator of the server to look at its log and its filter.",
                      kWatch),
                  "gre-nothing-heard", "S26a")};
}

GreOutcome one_way(const CallFacts& facts) {
  return {
      GreState::one_way,
      failure(
          fmt::format(
              "{} packets of the server arrive, but it answers none of the {} that were sent",
              facts.frames, facts.sent),
          "GRE (IP protocol 47) passes from the server to here, and not from here to the server.",
          fmt::format("{}A firewall between here and the server drops what goes out: have it allow "
                      "IP protocol 47"
                      " in both directions.",
                      kWatch),
          "gre-one-way", "F4")};
}

// pptp ended by itself before anything was heard: its exit status says where.
GreOutcome ended(const CallFacts& facts) {
  auto words = last_words(facts);
  switch (static_cast<ExitStatus>(facts.status)) {
    case ExitStatus::server_hung_up:
    case ExitStatus::connection_lost: return hung_up(facts);
    case ExitStatus::call_refused:
      return {GreState::untested, failure(words,
                                          "The control connection works, and the server takes no "
                                          "call: it has no free line, or expects"
                                          " another --phone.",
                                          "Ask the server's administrator, who finds the reason in "
                                          "its log:\n  journalctl -u pptpd",
                                          "call-refused", "F4")};
    case ExitStatus::socket_not_permitted:
      return {GreState::untested,
              unknown(fmt::format("not tested: {}; {}", words,
                                  geteuid() == 0 ? "here root has no CAP_NET_RAW, as in a "
                                                   "container without --cap-add NET_RAW"
                                                 : "as root, this can be tested"))};
    case ExitStatus::manager_unreachable:
      return {GreState::untested,
              failure(words, "pptp makes its calls through the call manager, and cannot reach it.",
                      "Look why, and start it again:\n  journalctl -t pptp-callmgr\n"
                      "  systemctl restart pptp-callmgr.socket",
                      "manager-unreachable", "F4")};
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

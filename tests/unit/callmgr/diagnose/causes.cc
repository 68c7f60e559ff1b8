// SPDX-License-Identifier: GPL-2.0-or-later
// People paste only the last line of a log. So each sentence that Callgate says about a failure has
// a rule, with the server's name and address as the call manager writes them.
#include <cerrno>
#include <set>

#include "common/channel/reason.hh"
#include "tests/unit/callmgr/diagnose/diagnosing.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

constexpr const char* kNoFault = "";  // somebody wanted this end
constexpr const char* kServer = "vpn.example.net (192.0.2.1)";
constexpr const char* kSocket = "/run/pptp/callmgr.sock";

struct Said {
  Cause cause;
  int os_error;
  const char *detail, *rule;
  const char* subject = kServer;
};

constexpr Said kSaid[]{
    {Cause::hung_up_locally, 0, "received SIGTERM", kNoFault},
    {Cause::internal_error, EBADMSG, "receive from the call manager", "internal-error"},
    {Cause::bad_option, 0, "--idle-wait takes seconds, not 'long'", "pptp-usage"},
    {Cause::bad_option, 0, "line 4 of /etc/ppp/peers/work: pppd has no option 'mpe'",
     "option-unknown"},
    {Cause::bad_option, 0,
     "line 4 of /etc/ppp/peers/work: multilink is not possible with --ppp builtin: a link has one "
     "call; leave it out, or use --ppp pppd",
     "option-unknown"},
    {Cause::name_not_resolved, 0, "Name or service not known", "server-name-unknown"},
    {Cause::connect_failed, ECONNREFUSED, "", "tcp-refused"},
    {Cause::connect_failed, ENETUNREACH, "", "tcp-network-unreachable"},
    {Cause::connect_failed, EHOSTUNREACH, "", "tcp-no-route-to-host"},
    {Cause::connect_failed, ETIMEDOUT, "", "tcp-timed-out"},
    {Cause::connect_failed, EPERM, "", "tcp-not-connected"},
    {Cause::connect_timed_out, 0, "30 s", "tcp-timed-out"},
    {Cause::control_not_pptp, 0, "it sent wrong magic cookie where a control message was due",
     "control-not-pptp"},
    {Cause::control_not_pptp, 0, "it sent a message without the magic cookie of PPTP",
     "control-not-pptp"},
    {Cause::control_silent, 0, "60 s", "control-silent"},
    {Cause::control_closed, 0, "", "control-closed-at-once"},
    {Cause::control_closed, ECONNRESET, "", "control-closed-at-once"},
    {Cause::control_refused, 0, "", "control-refused"},
    {Cause::control_version, 0, "0.9", "control-refused"},
    {Cause::control_out_of_order, 0, "Echo-Request", "control-refused"},
    {Cause::control_stopped_early, 0, "", "control-refused"},
    {Cause::call_refused, 0, "", "call-refused"},
    {Cause::call_no_reply, 0, "60 s", "call-refused"},
    {Cause::call_bad_reply, 0, "its call ID is 0", "call-refused"},
    {Cause::call_cancelled, 0, "it closed the TCP connection", "call-refused"},
    {Cause::call_id_in_use, 0, "", "call-not-taken"},
    {Cause::too_many_calls, 0, "you have 256", "call-not-taken"},
    {Cause::gre_not_permitted, EPERM, "", "gre-no-permission"},
    {Cause::gre_failed, ENETUNREACH, "connect", "gre-socket-failed"},
    {Cause::lost_no_echo, 0, "60 s", "control-echo-lost"},
    {Cause::lost_closed, 0, "", "control-lost"},
    {Cause::lost_closed, ECONNRESET, "", "control-lost"},
    {Cause::lost_closed, EHOSTUNREACH, "", "control-lost"},
    {Cause::lost_closed, EACCES, "", "control-lost"},
    {Cause::lost_protocol, 0, "it does not read what we send", "control-violation"},
    {Cause::lost_protocol, 0, "it sent a message without the magic cookie of PPTP",
     "control-violation"},
    {Cause::server_cleared, 0, "", "server-hung-up"},
    {Cause::server_cleared, 0, "Call-Clear-Request", "server-hung-up"},
    {Cause::server_stopped, 0, "", "server-hung-up"},
    {Cause::operator_hung_up, 0, "1000", kNoFault},
    {Cause::manager_stopping, 0, "", kNoFault},
    {Cause::manager_unreachable, EACCES, "connect", "call-manager-not-permitted", kSocket},
    {Cause::manager_unreachable, EPERM, "connect", "call-manager-not-permitted", kSocket},
    {Cause::manager_unreachable, ENOENT, "connect", "call-manager-unreachable", kSocket},
    {Cause::manager_died, 0, "", "call-manager-died"},
    {Cause::manager_refused, 0, "too many clients are connected", "call-manager-unreachable"},
    {Cause::other_namespace, 0, "", "call-manager-unreachable", kSocket},
    {Cause::wrong_usage, 0, "no server is given", "pptp-usage"},
    {Cause::exec_failed, EACCES, "", "program-does-not-run", "/usr/libexec/callgate/pptp-gre"},
    {Cause::manager_not_trusted, 0, "it runs as uid 1000", "call-manager-unreachable", kSocket},
    {Cause::lost_path, EADDRNOTAVAIL, "192.0.2.7", "own-path-lost"},
    {Cause::lost_path, ENETUNREACH, "192.0.2.7", "own-path-lost"},
    {Cause::link_failed, 0, "the other side did not answer 10 Configure-Requests", "lcp-timeout"},
    {Cause::link_failed, 0, "the two sides went on making suggestions to each other",
     "lcp-timeout"},
    {Cause::link_failed, 0, "the server negotiates the link again and again", "link-failed"},
    {Cause::link_failed, 0, "the link is looped back: our own Echo-Request came back",
     "link-failed"},
    {Cause::link_failed, 0, "the server did not answer 4 LCP Echo-Requests", "peer-echo-lost"},
    {Cause::link_failed, 0, "MS-CHAP authentication failed: E=691 the password is wrong",
     "chap-failed"},
    {Cause::link_failed, 0, "MS-CHAP authentication failed: E=649 the account may not dial in",
     "no-dial-in-permission"},
    {Cause::link_failed, 0, "CHAP authentication failed: the server says \"no\"", "chap-failed"},
    {Cause::link_failed, 0, "PAP authentication failed: the server says \"no\"", "pap-failed"},
    {Cause::link_failed, 0, "the server asks for PAP, which sends the password itself",
     "pap-not-allowed"},
    {Cause::link_failed, 0, "the server does not know the password: it could not prove it",
     "server-proof-wrong"},
    {Cause::link_failed, 0, "MPPE required but peer refused: the server rejected it",
     "mppe-refused-by-server"},
    {Cause::link_failed, 0, "MPPE required but not available: the server closed CCP",
     "mppe-refused-by-server"},
    {Cause::link_failed, 0, "MPPE required but peer negotiation failed: no answer",
     "mppe-negotiation-failed"},
    {Cause::link_failed, 0, "MPPE required, but MS-CHAP[v2] auth not performed: another one",
     "mppe-without-mschap"},
    {Cause::link_failed, 0, "No network protocols running: the server closed them",
     "no-network-protocol"},
    {Cause::link_failed, 0, "Could not determine local IP address: the server has none for us",
     "no-local-address"},
    {Cause::link_closed, 0, "the server terminated the link: \"Shutdown\"", "server-hung-up"},
    {Cause::login_refused, 0, "12 s ago", "login-refused-before"},
};

Reason reason_of(const Said& said) {
  return {.cause = said.cause,
          .result = 3,
          .code = 77,
          .os_error = static_cast<uint32_t>(said.os_error),
          .subject = said.subject,
          .detail = said.detail};
}

// The id of the first finding, or "".
std::string first_rule(const std::string& log) {
  auto diagnosis = diagnosis_of(log);
  const auto& findings = diagnosis.report().findings;
  return findings.empty() ? "" : findings[0].rule->id;
}

}  // namespace

TEST_CASE("the sentence of each cause has a rule, or is no fault") {
  std::set<Cause> said;
  for (const auto& each : kSaid) {
    said.insert(each.cause);
    auto text = line(reason_of(each));
    CAPTURE(text);
    CHECK(first_rule(text + "\n") == each.rule);
    CHECK(first_rule("Nov 22 10:00:00 gate pptp[8103]: " + text + "\n") == each.rule);
    CHECK(first_rule("Nov 22 10:00:00 gate pptp[8103]: work: " + text + "\n") == each.rule);
    CHECK(first_rule(redacted("Nov 22 10:00:00 gate pptp[8103]: " + text + "\n")) == each.rule);
  }
  CHECK(said.size() == kCauses);
}

TEST_CASE("what the gateway says about its socket has a rule") {
  const struct {
    const char *text, *rule;
  } kTroubles[]{
      {"Connection refused (nothing takes GRE at the server any more: has its end of the call "
       "gone?)",
       "gre-port-unreachable"},
      {"Connection refused, 3 times (the server does not accept GRE any more: it has probably "
       "ended the call)",
       "gre-port-unreachable"},
      {"Protocol not available", "gre-port-unreachable"},
      {"Operation not permitted (a firewall on this host forbids it)", "gre-write-not-permitted"},
      {"Message too long (set a smaller mtu in pppd's options)", "packets-too-big"},
  };
  for (const auto& trouble : kTroubles) {
    CAPTURE(trouble.text);
    CHECK(first_rule(fmt::format("pptp[8103]: GRE to 192.0.2.1: {}\n", trouble.text)) ==
          trouble.rule);
  }
}

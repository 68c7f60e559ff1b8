// SPDX-License-Identifier: GPL-2.0-or-later
// A message that the syslog daemon did not write again, but counted, counts as that many lines.
#include "callmgr/diagnose/report/json.hh"
#include "tests/unit/callmgr/diagnose/diagnosing.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::diagnose;
using namespace callgate::test;

namespace {

const std::string kStamp = "Nov 22 10:00:00 gate ";

std::string of_pppd(std::string_view text) {
  return fmt::format("{}pppd[70]: {}\n", kStamp, text);
}

// The ways in which a syslog daemon writes a message `times` times.
using Form = std::string (*)(std::string_view text, int times);

std::string each_line(std::string_view text, int times) {
  std::string lines;
  for (int i = 0; i < times; i++) lines += of_pppd(text);
  return lines;
}
std::string rsyslog(std::string_view text, int times) {
  return of_pppd(text) + of_pppd(fmt::format("message repeated {} times: [ {}]", times - 1, text));
}
std::string old_syslogd(std::string_view text, int times) {
  return of_pppd(text) + fmt::format("{}last message repeated {} times\n", kStamp, times - 1);
}
std::string named_syslogd(std::string_view text, int times) {
  return of_pppd(text) +
         fmt::format("{}syslogd: last message repeated {} times\n", kStamp, times - 1);
}
std::string syslog_ng(std::string_view text, int times) {
  return of_pppd(text) +
         fmt::format("{}Last message '{}' repeated {} times, suppressed by syslog-ng on gate\n",
                     kStamp, text.substr(0, 20), times - 1);
}
// More than one repetition: the daemon writes one after a minute, and goes on counting.
std::string in_two_minutes(std::string_view text, int times) {
  if (times < 3) return each_line(text, times);
  return each_line(text, 1) + kStamp + "last message repeated 1 time\n" +
         fmt::format("{}last message repeated {} times\n", kStamp, times - 2);
}
constexpr Form kForms[] = {each_line,     rsyslog,   old_syslogd,
                           named_syslogd, syslog_ng, in_two_minutes};

// `text` must be there `times` times for the rule to match.
struct Counted {
  std::string_view rule, before, text;
  int times;
};
constexpr Counted kCounted[] = {
    {"signal-endless", "Using interface ppp0", "Terminating on signal 2", 10},
    {"mppe-mppc-patch", "rcvd [LCP ConfReq id=0x1 <mru 1400>]",
     "Protocol-Reject for unsupported protocol 0x3b91", 3},
    {"mppe-keys-differ", "MPPE 128-bit stateless compression enabled",
     "Protocol-Reject for unsupported protocol 0x3b91", 3},
    {"mppe-garbage-received", "MPPE 128-bit stateless compression enabled",
     "Unsupported protocol 0x3b91 received", 5},
    {"mppe-key-length-mismatch", "rcvd [LCP ConfReq id=0x1 <mru 1400>]",
     "rcvd [LCP ProtRej id=0x1 3b 91 12 6f 05]", 4},
    {"gre-nothing-heard", "Using interface ppp0",
     "sent [LCP ConfReq id=0x1 <mru 1400> <magic 0x1234abcd>]", 3},
    {"mru-refused", "Using interface ppp0", "rcvd [LCP ConfNak id=0x1 <mru 1500>]", 3},
};

bool finds(const std::string& log, std::string_view rule) {
  auto diagnosis = diagnosis_of(log);
  for (const auto& finding : diagnosis.report().findings)
    if (finding.rule->id == rule) return true;
  return false;
}

}  // namespace

TEST_CASE("a counted message is as many lines as were counted, in every rule that counts") {
  for (const auto& counted : kCounted)
    for (auto form : kForms) {
      CAPTURE(counted.rule, form(counted.text, counted.times));
      auto before = of_pppd(counted.before);
      CHECK(finds(before + form(counted.text, counted.times), counted.rule));
      CHECK_FALSE(finds(before + form(counted.text, counted.times - 1), counted.rule));
    }
}

TEST_CASE("each rule that counts lines is among those whose count is tested") {
  for (const auto& rule : all_rules().rules()) {
    if (rule.times == 1) continue;
    CAPTURE(rule.id);
    CHECK(std::ranges::any_of(kCounted, [&](const auto& c) { return c.rule == rule.id; }));
  }
}

TEST_CASE("echoes without an answer are counted too") {
  auto up = of_pppd("rcvd [LCP EchoReq id=0x1 magic=0x1]") +
            of_pppd("rcvd [LCP EchoReq id=0x2 magic=0x1]") + of_pppd("remote IP address 10.0.0.1");
  CHECK(finds(up + rsyslog("sent [LCP EchoReq id=0x1 magic=0x2]", 3), "route-loop"));
  CHECK_FALSE(finds(up + rsyslog("sent [LCP EchoReq id=0x1 magic=0x2]", 2), "route-loop"));
}

TEST_CASE("a repetition belongs to the line before it, whoever wrote that") {
  auto log = of_pppd("Using interface ppp0") + of_pppd("Terminating on signal 2");
  auto repeated = kStamp + "last message repeated 30 times\n";
  CHECK(finds(log + repeated, "signal-endless"));
  CHECK_FALSE(finds(log + kStamp + "cron[9]: (root) CMD (true)\n" + repeated, "signal-endless"));
  CHECK_FALSE(finds(repeated + log, "signal-endless"));
  auto of_two = fmt::format(
      "{0}pppd[70]: Using interface ppp0\n{0}pppd[71]: Using interface ppp1\n"
      "{0}pppd[70]: Terminating on signal 2\n{1}",
      kStamp, repeated);
  auto diagnosis = diagnosis_of(of_two);
  REQUIRE(diagnosis.reports.size() == 2);
  CHECK(diagnosis.report().pid == 70);
}

TEST_CASE("a count that is none is only a line") {
  auto log = of_pppd("Using interface ppp0") + of_pppd("Terminating on signal 2");
  for (std::string_view wrong :
       {"last message repeated 0 times", "last message repeated 99999999999 times",
        "last message repeated times", "last message repeated -3 times", "Last message '",
        "Last message 'x' repeated", "last message"}) {
    CAPTURE(wrong);
    CHECK_FALSE(finds(log + kStamp + std::string(wrong) + "\n", "signal-endless"));
  }
  CHECK_FALSE(finds(log + of_pppd("message repeated 0 times: [ Terminating on signal 2]") +
                        of_pppd("message repeated 99999999999 times: [ Terminating on signal 2]"),
                    "signal-endless"));
}

TEST_CASE("what is counted is shown as the message, at the line that has the count") {
  auto log = of_pppd("Using interface ppp0") + old_syslogd("Terminating on signal 2", 12);
  auto diagnosis = diagnosis_of(log);
  const auto& evidence = diagnosis.report().findings.at(0).evidence;
  REQUIRE(evidence.size() == 2);
  CHECK(evidence[1].number == 3);
  CHECK(evidence[1].text == "Terminating on signal 2");
}

// SPDX-License-Identifier: GPL-2.0-or-later
// Several attempts in one log: one after another, by the same pppd, and at the same time.
#include "tests/unit/callmgr/diagnose/diagnosing.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::diagnose;
using namespace callgate::test;

namespace {

constexpr const char* kFails =
    "Using interface ppp0\n"
    "Connect: ppp0 <--> /dev/pts/2\n"
    "rcvd [LCP ConfReq id=0x1 <mru 1400>]\n"
    "CHAP authentication failed\n"
    "Connection terminated.\n";
constexpr const char* kWorks =
    "Using interface ppp0\n"
    "Connect: ppp0 <--> /dev/pts/2\n"
    "CHAP authentication succeeded\n"
    "local  IP address 10.0.0.2\n"
    "remote IP address 10.0.0.1\n";

std::string by(const std::string& who, const std::string& lines) {
  std::istringstream in(lines);
  std::string text;
  for (std::string line; std::getline(in, line);)
    text += "Nov 22 10:00:00 gate " + who + ": " + line + "\n";
  return text;
}

// Takes one line of each log in turn.
std::string interleaved(const std::string& a, const std::string& b) {
  std::istringstream first(a), second(b);
  std::string text, line;
  for (bool more = true; more;) {
    more = false;
    for (auto* in : {&first, &second})
      if (std::getline(*in, line)) text += line + "\n", more = true;
  }
  return text;
}

}  // namespace

TEST_CASE("the last of several attempts decides") {
  auto diagnosis = diagnosis_of(std::string(kFails) + kWorks);
  CHECK(diagnosis.attempts == 2);
  CHECK(diagnosis.report().verdict == Verdict::healthy);
  diagnosis = diagnosis_of(std::string(kWorks) + "Modem hangup\n" + kFails);
  CHECK(diagnosis.attempts == 2);
  CHECK(diagnosis.report().verdict == Verdict::problem);
}

TEST_CASE("an attempt that has hardly begun does not hide the one before") {
  auto diagnosis = diagnosis_of(std::string(kFails) + "Using interface ppp0\n");
  CHECK(diagnosis.attempts == 2);
  CHECK(diagnosis.report().findings.at(0).rule->id == "chap-failed");
}

TEST_CASE("attempts side by side are told apart by pppd's process id") {
  auto log = interleaved(by("pppd[11]", kFails), by("pppd[22]", kWorks));
  auto diagnosis = diagnosis_of(log);
  REQUIRE(diagnosis.attempts == 2);
  CHECK(diagnosis.reports[0].pid == 11);
  CHECK(diagnosis.reports[0].verdict == Verdict::problem);
  CHECK(diagnosis.reports[1].pid == 22);
  CHECK(diagnosis.reports[1].verdict == Verdict::healthy);
  CHECK(diagnosis.report().pid == 11);
}

TEST_CASE("pppd that dials again makes a new attempt under the same process id") {
  auto diagnosis = diagnosis_of(by("pppd[11]", std::string(kFails) + kFails + kWorks));
  CHECK(diagnosis.attempts == 3);
  CHECK(diagnosis.report().verdict == Verdict::healthy);
}

TEST_CASE("pptp's lines belong to the attempt that pppd makes next") {
  auto diagnosis =
      diagnosis_of(by("pptp[10]", "GRE to 192.0.2.1 is up\n") + by("pppd[11]", kWorks));
  CHECK(diagnosis.attempts == 1);
  CHECK(diagnosis.report().proofs[static_cast<size_t>(Stage::call)].number == 1);
}

TEST_CASE("the built-in PPP that dials again makes a new attempt under the same process id") {
  const auto kManager = by(
      "pptp[6]", "192.0.2.1: Sent control packet type is 1 'Start-Control-Connection-Request'\n");
  const auto kNext = by("pptp[3]", "work: The next attempt begins in 5 s\n");
  std::string first, second;
  for (auto [lines, all] : {std::pair{kFails, &first}, std::pair{kWorks, &second}}) {
    std::istringstream in(lines);
    for (std::string line; std::getline(in, line);) *all += by("pptp[3]", "work: " + line + "\n");
  }
  auto diagnosis =
      diagnosis_of(kManager + first + kNext + kManager + first + kNext + kManager + second);
  CHECK(diagnosis.attempts == 3);
  CHECK(diagnosis.report().verdict == Verdict::healthy);
  diagnosis = diagnosis_of(kManager + second + by("pptp[3]", "work: Modem hangup\n") + kNext +
                           kManager + first);
  CHECK(diagnosis.attempts == 2);
  CHECK(diagnosis.report().findings.at(0).rule->id == "chap-failed");
}

TEST_CASE("a name from --logstring hides no packet and no sentence") {
  auto diagnosis =
      diagnosis_of(by("pptp[3]", "work: rcvd [LCP ConfReq id=0x1 <mru 1400> <auth chap MS-v2>]\n") +
                   by("pptp[3]", "work: LCP terminated by peer (peer refused to authenticate)\n"));
  CHECK(diagnosis.report().stage >= Stage::lcp_heard);
  CHECK(diagnosis.report().findings.at(0).rule->id == "peer-refused-to-authenticate");
}

TEST_CASE("the end of one client's connection to pptpd is not the end of another's") {
  const std::string kBegins = "CTRL: Client 192.0.2.1 control connection started\n";
  const std::string kEnds = "CTRL: Client 192.0.2.1 control connection finished\n";
  auto diagnosis = diagnosis_of(by("pptpd[1]", kBegins) + by("pptpd[2]", kBegins) +
                                by("pppd[22]", kWorks) + by("pptpd[1]", kEnds));
  REQUIRE(diagnosis.attempts == 2);
  CHECK(diagnosis.reports[0].ended);
  CHECK(diagnosis.reports[1].verdict == Verdict::healthy);
  auto one = by("pptpd[1]", kBegins) + by("pppd[11]", kWorks + std::string("Modem hangup\n"));
  diagnosis =
      diagnosis_of(one + by("pptpd[2]", kBegins) + by("pppd[22]", kWorks) + by("pptpd[1]", kEnds));
  REQUIRE(diagnosis.attempts == 2);
  CHECK(diagnosis.reports[1].verdict == Verdict::healthy);
  diagnosis = diagnosis_of(one + by("pptpd[1]", kEnds + kBegins));
  CHECK(diagnosis.attempts == 2);
}

TEST_CASE("a message that reached the log in two ways begins no second attempt") {
  auto diagnosis = diagnosis_of("Using interface ppp0\nUsing interface ppp0\n");
  CHECK(diagnosis.attempts == 1);
}

TEST_CASE("of a large number of attempts the last ones are kept") {
  std::string log;
  for (int i = 0; i < 200; i++) log += kFails;
  auto diagnosis = diagnosis_of(log);
  CHECK(diagnosis.attempts == 200);
  CHECK(diagnosis.reports.size() == Diagnosis::kMaxAttempts);
}

TEST_CASE("an empty log shows nothing") {
  auto diagnosis = diagnosis_of("");
  CHECK(diagnosis.report().verdict == Verdict::unknown);
  CHECK(diagnosis.report().stage == Stage::none);
}

// SPDX-License-Identifier: GPL-2.0-or-later
// A tunnel is called working only if the log does not say that it carried nothing, or data in one
// direction only.
#include "callmgr/diagnose/report/text.hh"
#include "tests/unit/callmgr/diagnose/diagnosing.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"

using namespace callgate;
using namespace callgate::diagnose;
using namespace callgate::test;

namespace {

const std::string kUp =
    "Using interface ppp0\n"
    "Connect: ppp0 <--> /dev/pts/2\n"
    "CHAP authentication succeeded\n"
    "local  IP address 10.0.0.2\n"
    "remote IP address 10.0.0.1\n";
const std::string kHungUp = "Terminating on signal 15\n";
const std::string kNetworkManager =
    "Plugin /usr/lib/pppd/2.4.9/nm-pptp-pppd-plugin.so loaded.\n" + kUp;

Verdict verdict_of(const std::string& log) {
  return diagnosis_of(log).report().verdict;
}

}  // namespace

TEST_CASE("a tunnel that sent and received is a working one") {
  CHECK(verdict_of(kUp + kHungUp + "Sent 12345 bytes, received 23456 bytes.\n") ==
        Verdict::healthy);
  CHECK(verdict_of(kNetworkManager + kHungUp + "Sent 1 bytes, received 2 bytes.\n") ==
        Verdict::healthy);
}

TEST_CASE("a tunnel that received nothing, or sent nothing, is not called a working one") {
  for (std::string_view line :
       {"Sent 403151237 bytes, received 0 bytes.", "Sent 252 bytes, received 0 bytes.",
        "Sent 0 bytes, received 8812 bytes."}) {
    CAPTURE(line);
    CHECK(verdict_of(kUp + kHungUp + std::string(line) + "\n") != Verdict::healthy);
    CHECK(verdict_of(kNetworkManager + kHungUp + std::string(line) + "\n") != Verdict::healthy);
  }
}

TEST_CASE("a tunnel that a user ends before it was used is a working one") {
  CHECK(verdict_of(kUp + kHungUp + "Sent 0 bytes, received 0 bytes.\n") == Verdict::healthy);
}

TEST_CASE("a tunnel that a program ends before it was used is not called a working one") {
  const std::string kUnused = kHungUp + "Sent 0 bytes, received 0 bytes.\n";
  for (const auto& log :
       {kNetworkManager + kUnused, kUp + "Terminated ppp daemon with PID 4410.\n" + kUnused,
        "Plugin /usr/lib/x86_64-linux-gnu/connman/scripts/libppp-plugin.so loaded.\n" + kUp +
            kUnused,
        kUp + "pptp@work.service: start operation timed out. Terminating.\n" + kUnused}) {
    CAPTURE(log);
    CHECK(verdict_of(log) != Verdict::healthy);
  }
}

TEST_CASE("the line that speaks against a working tunnel is shown") {
  auto text = text_report(diagnosis_of(kUp + kHungUp + "Sent 252 bytes, received 0 bytes.\n"));
  CHECK_THAT(text, contains("Sent 252 bytes, received 0 bytes."));
  CHECK_THAT(text, !contains("working tunnel"));
}

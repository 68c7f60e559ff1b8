// SPDX-License-Identifier: GPL-2.0-or-later
// The events of pptpctl follow, as the eight stages that the window shows.
#include "gui/model/progress.hh"

#include <fmt/format.h>

#include "tests/unit/catch.hh"

using namespace callgate::gui;

namespace {

Event event(const std::string& members) {
  auto parsed = parse_event("{" + members + "}");
  REQUIRE(parsed);
  return *parsed;
}

Event stage(const char* name, const char* time = "") {
  return event(fmt::format(
      R"("event":"stage","stage":"{}","detail":"the detail of {}","text":"line of {}","time":"{}")",
      name, name, name, time));
}

const auto kAttempt =
    R"("event":"attempt","stage":"started","time":"2026-11-27T12:00:00.000Z","detail":"pppd started")";
const auto kUp =
    R"("event":"up","stage":"ipcp","interface":"ppp0","local":"10.7.0.5","remote":"10.7.0.1")";
const auto kFinding =
    R"("event":"finding","stage":"lcp-up","detail":"d","text":"CHAP authentication failed",
       "finding":{"rule":"chap-failed","entry":"S20","title":"wrong password","severity":"problem",
       "cause":"c","remedy":"r","actions":[{"kind":"ask","option":"password","value":null,
       "confirm":false},{"kind":"of a later version"}],"evidence":[38],
       "evidence_lines":[{"line":38,"text":"CHAP authentication failed"}],"confidence":0.895})";

constexpr const char* kNames[] = {"control",       "call", "lcp-heard", "lcp-up",
                                  "authenticated", "mppe", "ipcp",      "routes"};

std::string marks(const Progress& progress) {
  std::string marks;
  for (const auto& stage : progress.stages()) marks += mark(stage.mark)[1];
  return marks;
}

}  // namespace

TEST_CASE("lines that are no events are left out") {
  CHECK(!parse_event(""));
  CHECK(!parse_event("null"));
  CHECK(!parse_event("[]"));
  CHECK(!parse_event(R"({"event":"of a later version"})"));
}

TEST_CASE("eight stages are ticked off in order, with the time of each") {
  Progress progress(true, true);
  progress.add(event(kAttempt));
  CHECK(progress.state() == TunnelState::connecting);
  CHECK(marks(progress) == "~       ");
  int ticked = 0;
  for (const auto* name : kNames) {
    auto time = fmt::format("2026-11-27T12:00:0{}.250Z", ticked);
    progress.add(stage(name, time.c_str()));
    ++ticked;
    auto expected = std::string(static_cast<size_t>(ticked), 'v');
    if (ticked < 8) expected += '~';
    expected.resize(8, ' ');
    CHECK(marks(progress) == expected);
  }
  CHECK(progress.stages()[0].milliseconds == 250);
  CHECK(progress.stages()[1].milliseconds == 1000);
  CHECK(progress.stages()[1].detail == "the detail of call");
  progress.add(event(kUp));
  CHECK(progress.state() == TunnelState::connected);
  CHECK(progress.interface() == "ppp0");
  CHECK(progress.stages()[6].detail == "10.7.0.5 on ppp0");
}

TEST_CASE("a log without times has stages without times") {
  Progress progress;
  progress.add(event(kAttempt));
  progress.add(stage("control"));
  CHECK(!progress.stages()[0].milliseconds);
}

TEST_CASE("a tunnel without encryption and networks has six stages") {
  Progress progress(false, false);
  CHECK(progress.stages().size() == 6);
  progress.add(event(kAttempt));
  for (const auto* name : kNames) progress.add(stage(name));
  CHECK(marks(progress) == "vvvvvv");
}

TEST_CASE("a tunnel that wanted encryption and came up without says so") {
  Progress progress(true, false);
  progress.add(event(kAttempt));
  for (const auto* name : {"control", "call", "lcp-heard", "lcp-up", "authenticated", "ip-up"})
    progress.add(stage(name));
  CHECK(marks(progress) == "vvvvv!v");
  CHECK(progress.stages()[5].detail == "not encrypted");
}

TEST_CASE("a failed attempt keeps its stages and has a cause with a remedy") {
  Progress progress;
  progress.add(event(kAttempt));
  for (const auto* name : {"control", "call", "lcp-heard", "lcp-up"}) progress.add(stage(name));
  progress.add(event(kFinding));
  progress.add(event(R"("event":"down","verdict":"problem","rule":"chap-failed")"));
  CHECK(progress.state() == TunnelState::failed);
  CHECK(marks(progress) == "vvvv!   ");
  REQUIRE(progress.findings().size() == 1);
  const auto& finding = progress.findings().front();
  CHECK(finding.entry == "S20");
  CHECK(finding.percent == 90);
  REQUIRE(finding.actions.size() == 1);
  CHECK(finding.actions[0].kind == Action::Kind::ask);
  Tunnel tunnel;
  tunnel.state = TunnelState::failed;
  CHECK(sentence(tunnel, progress) == "Not connected: wrong password.");
}

TEST_CASE("an attempt that ended before its log was read keeps no stage in progress") {
  Progress progress(true, true);
  progress.add(event(kAttempt));
  progress.settle();
  CHECK(marks(progress) == "!       ");
  progress.add(stage("control"));
  progress.add(stage("call"));
  progress.add(event(R"("event":"down")"));
  CHECK(progress.state() == TunnelState::failed);
  CHECK(marks(progress) == "vv!     ");
}

TEST_CASE("a finding that does not hold any longer is forgotten") {
  Progress progress;
  progress.add(event(kAttempt));
  progress.add(event(kFinding));
  progress.add(event(R"("event":"finding","finding":null)"));
  CHECK(progress.findings().empty());
}

TEST_CASE("the next attempt begins anew, and is counted") {
  Progress progress;
  progress.add(event(kAttempt));
  progress.add(stage("control"));
  progress.add(event(kFinding));
  progress.add(event(R"("event":"down","verdict":"problem")"));
  progress.add(event(R"("event":"retry")"));
  progress.add(event(kAttempt));
  CHECK(progress.attempt() == 2);
  CHECK(progress.findings().empty());
  CHECK(marks(progress) == "~       ");
  Tunnel tunnel;
  tunnel.state = TunnelState::connecting;
  CHECK(sentence(tunnel, progress) == "Connecting, attempt 2.");
}

TEST_CASE("a tunnel that ends in order is off") {
  Progress progress;
  progress.add(event(kAttempt));
  for (const auto* name : kNames) progress.add(stage(name));
  progress.add(event(kUp));
  progress.add(event(R"("event":"down","verdict":"healthy")"));
  CHECK(progress.state() == TunnelState::off);
  CHECK(marks(progress) == "        ");
}

TEST_CASE("a start is shown before the first line of the log") {
  Progress progress;
  progress.begin();
  CHECK(progress.state() == TunnelState::connecting);
  CHECK(marks(progress) == "~       ");
}

TEST_CASE("a line of the log has the meaning of the event that it has caused") {
  Progress progress;
  progress.add(event(kAttempt));
  progress.add(stage("call"));
  progress.add(event(kFinding));
  CHECK(progress.meaning("Nov 27 12:00:00 host pptp[12]: line of call") == "the detail of call");
  CHECK(progress.meaning("CHAP authentication failed") == "wrong password");
  CHECK(progress.meaning("something else").empty());
}

TEST_CASE("what is remembered of a log is bounded") {
  Progress progress;
  for (int i = 0; i < 3000; ++i)
    progress.add(event(fmt::format(R"("event":"retry","detail":"d","text":"line {}")", i)));
  CHECK(progress.meaning("line 0").empty());
  CHECK(progress.meaning("line 2999") == "d");
}

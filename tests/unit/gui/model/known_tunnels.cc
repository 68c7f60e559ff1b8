// SPDX-License-Identifier: GPL-2.0-or-later
// What the list says of a tunnel, and what its log says.
#include "gui/model/known_tunnels.hh"

#include <fmt/format.h>

#include "tests/unit/catch.hh"

using namespace callgate::gui;

namespace {

Event event(const char* json) {
  return *parse_event(json);
}

const char* const kUp =
    R"({"event":"up","interface":"ppp3","local":"10.7.0.5","remote":"10.7.0.1"})";
const char* const kDown = R"({"event":"down","verdict":"problem"})";
const char* const kFinding =
    R"({"event":"finding","finding":{"rule":"r","title":"wrong password"}})";

KnownTunnels known(bool only_log, TunnelState state) {
  KnownTunnels known(only_log);
  Tunnel tunnel;
  tunnel.name = "work";
  tunnel.state = state;
  known.take({tunnel});
  return known;
}

}  // namespace

TEST_CASE("a start is shown before systemd says so") {
  auto tunnels = known(false, TunnelState::off);
  tunnels.begin("work");
  CHECK(tunnels.shown()[0].state == TunnelState::connecting);
}

TEST_CASE("a failed start stays failed, with its cause, until the next one") {
  auto tunnels = known(false, TunnelState::off);
  tunnels.begin("work");
  CHECK(!tunnels.add("work", event(kFinding)));
  CHECK(tunnels.add("work", event(kDown)));
  CHECK(tunnels.shown()[0].state == TunnelState::failed);
  CHECK(tunnels.shown()[0].failure == "wrong password");
  tunnels.begin("work");
  CHECK(tunnels.progress("work").findings().empty());
  tunnels.end("work");
  CHECK(tunnels.shown()[0].state == TunnelState::off);
}

TEST_CASE("a start whose log has ended before the tunnel was up has failed") {
  auto tunnels = known(false, TunnelState::off);
  tunnels.begin("work");
  tunnels.settle("work");
  CHECK(tunnels.shown()[0].state == TunnelState::failed);
  tunnels.begin("work");
  tunnels.add("work", event(kUp));
  tunnels.settle("work");
  CHECK(tunnels.progress("work").state() == TunnelState::connected);
}

TEST_CASE("a new tunnel has nothing of a deleted one with its name") {
  auto tunnels = known(false, TunnelState::off);
  auto work = tunnels.listed();
  tunnels.begin("work");
  tunnels.add_line("work", "a line of the deleted one");
  tunnels.add("work", event(kFinding));
  tunnels.add("work", event(kDown));
  tunnels.take(work);
  CHECK(tunnels.shown()[0].state == TunnelState::failed);
  tunnels.take({});
  tunnels.take(work);
  CHECK(tunnels.shown()[0].state == TunnelState::off);
  CHECK(tunnels.shown()[0].failure.empty());
  CHECK(tunnels.progress("work").findings().empty());
  CHECK(tunnels.log("work").empty());
}

TEST_CASE("a tunnel is being stopped until it is off, or the stop is refused") {
  auto tunnels = known(false, TunnelState::connecting);
  auto connecting = tunnels.listed(), off = connecting, failed = connecting;
  off[0].state = TunnelState::off;
  failed[0].state = TunnelState::failed;
  tunnels.begin("work");
  CHECK(!tunnels.is_stopping("work"));
  tunnels.stop("work");
  tunnels.take(connecting);
  CHECK(tunnels.is_stopping("work"));
  for (const auto& end : {off, failed, {}}) {
    tunnels.take(connecting);
    tunnels.stop("work");
    tunnels.take(end);
    CHECK(!tunnels.is_stopping("work"));
  }
  tunnels.take(connecting);
  tunnels.stop("work");
  tunnels.end("work");
  CHECK(!tunnels.is_stopping("work"));
  tunnels.stop("work");
  tunnels.begin("work");
  CHECK(!tunnels.is_stopping("work"));
}

TEST_CASE("a start that was ended elsewhere is off, and a failure that is known stays") {
  auto tunnels = known(false, TunnelState::off);
  tunnels.begin("work");
  tunnels.cut_off("work");
  CHECK(tunnels.shown()[0].state == TunnelState::off);
  tunnels.begin("work");
  tunnels.add("work", event(kDown));
  tunnels.cut_off("work");
  CHECK(tunnels.shown()[0].state == TunnelState::failed);
}

TEST_CASE("a tunnel that has ended elsewhere is off, whatever its old log says") {
  auto tunnels = known(false, TunnelState::off);
  tunnels.add("work", event(kUp));
  CHECK(tunnels.shown()[0].state == TunnelState::off);
}

TEST_CASE("a tunnel that was started elsewhere is connected") {
  CHECK(known(false, TunnelState::connected).shown()[0].state == TunnelState::connected);
}

TEST_CASE("below another root, the log alone says what runs") {
  auto tunnels = known(true, TunnelState::off);
  tunnels.add("work", event(kUp));
  auto shown = tunnels.shown()[0];
  CHECK(shown.state == TunnelState::connected);
  CHECK(shown.interface == "ppp3");
  CHECK(shown.address == "10.7.0.5");
  CHECK(shown.peer == "10.7.0.1");
}

TEST_CASE("the log is that of the last start, and is bounded") {
  auto tunnels = known(false, TunnelState::off);
  CHECK(tunnels.log("work").empty());
  for (size_t i = 0; i < KnownTunnels::kLogLines + 7; ++i)
    tunnels.add_line("work", fmt::format("line {}", i));
  CHECK(tunnels.log("work").size() == KnownTunnels::kLogLines);
  CHECK(tunnels.log("work").front() == "line 7");
  tunnels.begin("work");
  CHECK(tunnels.log("work").empty());
}

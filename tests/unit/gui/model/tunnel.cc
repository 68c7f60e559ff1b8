// SPDX-License-Identifier: GPL-2.0-or-later
// The list of tunnels that pptpsetup prints, and its rows.
#include "gui/model/tunnel.hh"

#include "tests/unit/catch.hh"

using namespace callgate::gui;

namespace {

constexpr auto kList = R"([
 {"tunnel": "work", "server": "vpn.example.net", "user": "CORP\\alice", "encrypt": true,
  "routes": ["10.0.0.0/8"], "state": "up", "running_interface": "ppp0", "address": "10.7.0.5",
  "peer": "10.7.0.1", "since": "2026-11-27T12:03:04Z", "unit": "pptp@work.service",
  "enabled": true, "failure": null},
 {"tunnel": "factory", "state": "failed", "failure": "no GRE packet of the server came [S26a]"},
 {"tunnel": "backup", "state": "waiting"}, {"tunnel": "home", "state": "down"},
 {"tunnel": "new", "state": "of a later version"}, {"no": "name"}])";

constexpr long kThen = 1795780984;  // 2026-11-27T12:03:04Z

}  // namespace

TEST_CASE("a list of tunnels is read, with every state") {
  auto tunnels = parse_tunnels(kList);
  REQUIRE(tunnels);
  REQUIRE(tunnels->size() == 5);
  const auto& work = tunnels->front();
  CHECK(work.user == "CORP\\alice");
  CHECK(work.encrypt);
  CHECK(work.routes == std::vector<std::string>{"10.0.0.0/8"});
  CHECK(work.interface == "ppp0");
  CHECK(work.enabled);
  CHECK(work.state == TunnelState::connected);
  CHECK(tunnels->at(1).state == TunnelState::failed);
  CHECK(tunnels->at(2).state == TunnelState::connecting);
  CHECK(tunnels->at(3).state == TunnelState::off);
  CHECK(tunnels->at(4).state == TunnelState::off);
}

TEST_CASE("what is no list of tunnels is refused") {
  CHECK(!parse_tunnels(""));
  CHECK(!parse_tunnels("{}"));
  CHECK(!parse_tunnels("[{"));
  CHECK(parse_tunnels("[]")->empty());
  CHECK(parse_tunnels("[1, null, {\"tunnel\": 5}]")->empty());
}

TEST_CASE("each state has its own mark and its own word") {
  for (auto one :
       {TunnelState::off, TunnelState::connecting, TunnelState::connected, TunnelState::failed})
    for (auto other :
         {TunnelState::off, TunnelState::connecting, TunnelState::connected, TunnelState::failed}) {
      CHECK((std::string(mark(one)) == mark(other)) == (one == other));
      CHECK((word(one) == word(other)) == (one == other));
    }
}

TEST_CASE("the row of a tunnel says its state, since when, or why it has failed") {
  auto tunnels = *parse_tunnels(kList);
  CHECK(summary(tunnels[0], kThen + 3720) == "Connected, 1 h 02 min");
  CHECK(summary(tunnels[0], kThen + 59) == "Connected, 59 s");
  CHECK(summary(tunnels[0], kThen - 5) == "Connected, 0 s");
  CHECK(summary(tunnels[1], kThen) == "Failed: no GRE packet of the server came [S26a]");
  CHECK(summary(tunnels[2], kThen) == "Connecting");
  CHECK(summary(tunnels[3], kThen) == "Off");
}

TEST_CASE("a tunnel is found by its name") {
  auto tunnels = *parse_tunnels(kList);
  CHECK(find(tunnels, "home")->name == "home");
  CHECK(!find(tunnels, "nobody"));
}

TEST_CASE("sizes have units") {
  CHECK(size_text(0) == "0 B");
  CHECK(size_text(1023) == "1023 B");
  CHECK(size_text(1024) == "1.0 KiB");
  CHECK(size_text(43201331) == "41.2 MiB");
  CHECK(size_text(1e30).ends_with(" TiB"));
}

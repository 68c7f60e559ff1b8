// SPDX-License-Identifier: GPL-2.0-or-later
// What ends a link, or comes between, without a fault of ours.
#include "ppp/link.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"
#include "tests/unit/ppp/pump.hh"

using namespace callgate;
using namespace callgate::ppp;
using namespace callgate::ppp::test;

TEST_CASE("a server without any network protocol that we need ends the link with a sentence") {
  for (bool ipv6 : {false, true}) {
    LinkSettings client = client_settings();
    client.ipv6 = ipv6;
    ServerSettings settings;
    settings.ipv4 = false;
    Pump pump(client, settings);
    pump.run();
    REQUIRE(pump.ended);
    CHECK(pump.ended->kind == EndKind::no_agreement);
    CHECK_THAT(pump.ended->reason, contains("No network protocols running"));
  }
}

TEST_CASE("a server with IPv6 alone is of use to a client that wants it") {
  LinkSettings client = client_settings();
  client.ipv6 = true;
  ServerSettings settings;
  settings.ipv4 = false;
  settings.ipv6 = true;
  Pump pump(client, settings);
  pump.run();
  CHECK(pump.ipv6);
  CHECK_FALSE(pump.ended);
}

TEST_CASE("a server that closes the last network protocol in mid-session ends the link") {
  Pump pump(client_settings(), {});
  pump.run();
  REQUIRE(pump.ipv4);
  pump.server->send(Protocol::ipcp, encode({Code::terminate_request, 9, {}}));
  pump.from_server(pump.server->take());
  pump.run();
  REQUIRE(pump.ended);
  CHECK_THAT(pump.ended->reason, contains("No network protocols running"));
}

TEST_CASE("CCP that is negotiated anew stops encrypted traffic and begins again with the keys") {
  Pump pump(client_settings(), {});
  pump.run();
  StartKeys keys = pump.encryption->keys;
  size_t before = pump.history.size();
  Server& server = *pump.server;
  for (const Steps& steps : {server.ccp.lower_down(pump.now), server.ccp.lower_up(pump.now)})
    for (const Step& step : steps)
      if (auto* sent = std::get_if<SendPacket>(&step)) server.send(Protocol::ccp, sent->packet);
  pump.from_server(server.take());
  pump.run();
  std::vector<Encryption> seen;
  for (size_t i = before; i < pump.history.size(); i++) {
    if (auto* encryption = std::get_if<Encryption>(&pump.history[i])) seen.push_back(*encryption);
    CHECK_FALSE(std::holds_alternative<Ipv4Down>(pump.history[i]));
  }
  REQUIRE(seen.size() == 2);
  CHECK_FALSE(seen[0].send);
  CHECK_FALSE(seen[0].receive);
  CHECK(seen[1].keys.send == keys.send);
  CHECK(seen[1].keys.receive == keys.receive);
  CHECK(pump.questions == 1);
}

TEST_CASE(
    "a server that negotiates again and again is left, and one that does so now and then is not") {
  for (auto [pause, kept] : {std::pair{1, false}, std::pair{10, true}}) {
    Pump pump(client_settings(), {});
    pump.run();
    REQUIRE(pump.ipv4);
    for (int i = 0; i < 100 && !pump.ended; i++) {
      pump.now += std::chrono::seconds(pause);
      pump.from_server(pump.server->renegotiate(pump.now));
      pump.carry();
    }
    CHECK(pump.ended.has_value() == !kept);
    if (pump.ended) CHECK(pump.ended->reason == "the server negotiates the link again and again");
  }
}

TEST_CASE("a link that is looped back is recognised, whether it is up or not") {
  SECTION("while LCP is negotiated") {
    Link link(client_settings(), {0x11111111, 0xC1});
    TimePoint now{};
    std::deque<Bytes> back;
    auto collect = [&](const LinkSteps& steps) {
      for (const LinkStep& step : steps)
        if (auto* sent = std::get_if<SendFrame>(&step)) back.push_back(sent->frame);
    };
    collect(link.start(now));
    for (int i = 0; i < 100 && !back.empty(); i++) {
      Bytes next = back.front();
      back.pop_front();
      collect(link.receive(*parse_frame(next), now));
    }
    REQUIRE(link.phase() == Link::Phase::dead);
    CHECK(link.end()->kind == EndKind::looped);
  }
  SECTION("our own Echo-Reply comes back") {
    Pump pump(client_settings(), {});
    pump.run();
    pump.server->send(Protocol::lcp, encode({Code::echo_reply, 1, Bytes{0x11, 0x11, 0x11, 0x11}}));
    pump.from_server(pump.server->take());
    pump.run();
    REQUIRE(pump.ended);
    CHECK(pump.ended->kind == EndKind::looped);
  }
}

TEST_CASE("an Echo-Request is answered once LCP is open, and not before") {
  const Bytes request = encode({Code::echo_request, 5, Bytes{1, 2, 3, 4, 'x'}});
  Link early(client_settings(), {0x11111111, 0xC1});
  early.start({});
  CHECK(early.receive({Protocol::lcp, request}, {}).empty());

  Pump pump(client_settings(), {});
  pump.run();
  auto steps = pump.link.receive({Protocol::lcp, request}, pump.now);
  REQUIRE(steps.size() == 1);
  auto reply = parse_frame(std::get<SendFrame>(steps[0]).frame);
  CHECK(Bytes(reply->payload.begin(), reply->payload.end()) ==
        encode({Code::echo_reply, 5, Bytes{0x11, 0x11, 0x11, 0x11, 'x'}}));
}

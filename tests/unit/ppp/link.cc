// SPDX-License-Identifier: GPL-2.0-or-later
// A client's link against a server's end.
#include "ppp/link.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"
#include "tests/unit/ppp/pump.hh"

using namespace callgate;
using namespace callgate::ppp;
using namespace callgate::ppp::test;

TEST_CASE("a link with MS-CHAPv2, MPPE, an address and a name server comes up at once") {
  Pump pump(client_settings(), {});
  pump.run(Duration(0));
  REQUIRE(pump.ipv4);
  CHECK(pump.ipv4->local == 0x0A000002);
  CHECK(pump.ipv4->remote == 0x0A000001);
  CHECK(pump.ipv4->dns == std::array<Ipv4, 2>{0x0A000035, 0});
  REQUIRE(pump.encryption);
  CHECK(pump.encryption->send == MppeKind{});
  CHECK(pump.encryption->receive == MppeKind{});
  CHECK(pump.encryption->keys.send == pump.server->keys->receive);
  CHECK(pump.encryption->keys.receive == pump.server->keys->send);
  CHECK(pump.link.phase() == Link::Phase::network);
}

TEST_CASE("each loss of one frame of the set-up is mended by a repetition") {
  for (bool to_server : {true, false})
    for (int victim = 0; victim < 12; victim++) {
      INFO("frame " << victim << " to the " << (to_server ? "server" : "client"));
      Pump pump(client_settings(), {});
      int seen = 0;
      pump.lose = [&](const Bytes&, bool up) { return up == to_server && seen++ == victim; };
      pump.run();
      CHECK(pump.ipv4);
      CHECK_FALSE(pump.ended);
    }
}

TEST_CASE("a Challenge that is repeated gets the same Response, so that both have the same keys") {
  Pump pump(client_settings(), {});
  bool lost = false;
  pump.lose = [&](const Bytes& frame, bool up) {
    bool response = up && parse_frame(frame)->protocol == Protocol::chap;
    return response && !std::exchange(lost, true);
  };
  pump.run(std::chrono::seconds(2));
  CHECK_FALSE(pump.ipv4);
  pump.run();
  CHECK(pump.questions == 1);
  REQUIRE(pump.ipv4);
  CHECK(pump.encryption->keys.send == pump.server->keys->receive);
}

TEST_CASE("a new Challenge in mid-session is answered, and the keys stay") {
  Pump pump(client_settings(), {});
  pump.run();
  StartKeys keys = pump.encryption->keys;
  pump.from_server(pump.server->challenge_anew(pump.now));
  pump.run();
  CHECK(pump.questions == 2);
  CHECK(pump.server->responses == 2);
  CHECK(pump.encryption->keys.send == keys.send);
  CHECK(pump.ipv4);
  CHECK_FALSE(pump.ended);
}

TEST_CASE("a wrong password ends the link with the server's reason, and is not tried again") {
  Pump pump(client_settings(), {});
  pump.password = "wrong";
  pump.run();
  REQUIRE(pump.ended);
  CHECK(pump.ended->kind == EndKind::not_authenticated);
  CHECK_THAT(pump.ended->reason,
             contains("E=691") && contains("the name or the password is wrong"));
  CHECK(pump.server->responses == 1);
}

TEST_CASE("a server that cannot prove that it knows the password is left") {
  Pump pump(client_settings(), {});
  pump.server->faults.wrong_proof = true;
  pump.run();
  REQUIRE(pump.ended);
  CHECK(pump.ended->kind == EndKind::server_not_trusted);
  CHECK_FALSE(pump.ipv4);
}

TEST_CASE("MPPE is required: a server that rejects CCP, or has no keys, gets no network") {
  auto reason = [](ServerSettings settings, LinkSettings client) {
    Pump pump(client, settings);
    pump.run();
    REQUIRE(pump.ended);
    CHECK(pump.ended->kind == EndKind::no_encryption);
    for (const LinkStep& step : pump.history) CHECK_FALSE(std::holds_alternative<Ipv4Up>(step));
    return pump.ended->reason;
  };
  ServerSettings rejects;
  rejects.ccp_open = false;
  CHECK_THAT(reason(rejects, client_settings()), contains("rejected the protocol"));

  ServerSettings short_keys;
  short_keys.ccp.lengths = {KeyLength::bits_40};
  CHECK_THAT(reason(short_keys, client_settings()),
             contains("MPPE required but peer negotiation failed"));

  ServerSettings md5;
  md5.asks = Authentication::chap_md5;
  LinkSettings client = client_settings();
  client.lcp.authentications = {Authentication::chap_md5, Authentication::ms_chap_v2};
  CHECK_THAT(reason(md5, client), contains("MPPE required, but MS-CHAP[v2] auth not performed"));

  ServerSettings nothing;
  nothing.asks.reset();
  CHECK_THAT(reason(nothing, client_settings()),
             contains("MPPE required, but MS-CHAP[v2] auth not performed"));
}

TEST_CASE("both ends find the best length of key that both allow") {
  using enum KeyLength;
  struct Case {
    std::vector<KeyLength> client, server;
    KeyLength agreed;
  };
  for (const Case& c : {Case{{bits_128, bits_56, bits_40}, {bits_128, bits_40}, bits_128},
                        Case{{bits_128, bits_56, bits_40}, {bits_40}, bits_40},
                        Case{{bits_56}, {bits_128, bits_56}, bits_56},
                        Case{{bits_40, bits_128}, {bits_128}, bits_128}})
    for (bool stateless : {true, false}) {
      LinkSettings client = client_settings();
      client.ccp.lengths = c.client;
      client.ccp.stateful = true;
      ServerSettings settings;
      settings.ccp.lengths = c.server;
      settings.ccp.stateless = stateless;
      settings.ccp.stateful = !stateless;
      Pump pump(client, settings);
      pump.run();
      REQUIRE(pump.encryption);
      CHECK(pump.encryption->send == MppeKind{c.agreed, stateless});
      CHECK(pump.encryption->receive == MppeKind{c.agreed, stateless});
      CHECK(pump.ipv4);
    }
}

TEST_CASE("every kind of authentication works, and one that is not allowed is suggested away") {
  for (auto kind : {Authentication::pap, Authentication::chap_md5, Authentication::ms_chap_v2}) {
    LinkSettings client = client_settings();
    client.ccp.required = false;
    client.lcp.authentications = {kind};
    for (auto asked : {Authentication::pap, Authentication::chap_md5, Authentication::ms_chap_v2}) {
      ServerSettings settings;
      settings.asks = asked;
      Pump pump(client, settings);
      pump.run();
      CHECK(pump.link.lcp().authentication == kind);
      CHECK(pump.ipv4);
    }
  }
}

TEST_CASE("a server that insists on what is not allowed here ends in a sentence, in bounded time") {
  ServerSettings settings;
  settings.asks = Authentication::pap;
  Pump pump(client_settings(), settings);
  pump.server->faults.insists = true;
  pump.run(std::chrono::minutes(5));
  REQUIRE(pump.ended);
  CHECK(pump.server->responses == 0);
  CHECK_THAT(pump.ended->reason, contains("asks for PAP"));
  CHECK_THAT(pump.ended->reason, contains("/etc/ppp/pap-secrets"));
  CHECK_THAT(pump.ended->reason, contains("leave out refuse-pap"));
}

TEST_CASE("a server that leaves because we refuse its authentication is said so") {
  Link link(client_settings(), {});
  TimePoint now{};
  link.start(now);
  const Bytes asks_for_pap{1, 1, 0, 8, 3, 4, 0xC0, 0x23}, terminates{5, 2, 0, 4};
  link.receive({Protocol::lcp, asks_for_pap}, now);
  link.receive({Protocol::lcp, terminates}, now);
  REQUIRE(link.end());
  CHECK_THAT(link.end()->reason, contains("asks for PAP"));
}

TEST_CASE("IPCP has its own timers") {
  auto slow = client_settings();
  slow.ipcp_timing = {.restart = Duration(60'000)};
  Pump pump(slow, {});
  pump.lose = [](const Bytes& frame, bool) {
    auto parsed = parse_frame(frame);
    return parsed && parsed->protocol == Protocol::ipcp;
  };
  pump.run(std::chrono::minutes(2));
  CHECK_FALSE(pump.ended);
  pump.run(std::chrono::minutes(12));
  REQUIRE(pump.ended);
}

TEST_CASE("options of LCP that a client does not know are rejected, and the link comes up") {
  Pump pump(client_settings(), {});
  pump.server->lcp_policy.more = {
      {17, {0x05, 0xDC}}, {19, {1, 2, 3}}, {13, {6}}, {4, {0xC0, 0x25}}};
  pump.run();
  CHECK(pump.ipv4);
  CHECK(pump.server->lcp_policy.more.empty());
}

TEST_CASE("a server without an address for us ends the link with that reason") {
  Pump pump(client_settings(), {});
  pump.server->faults.no_address = true;
  pump.run();
  REQUIRE(pump.ended);
  CHECK_THAT(pump.ended->reason, contains("the server has no address for us"));
}

TEST_CASE("IPv6 comes up beside IPv4, and a server without it changes nothing") {
  for (bool there : {true, false}) {
    LinkSettings client = client_settings();
    client.ipv6 = true;
    ServerSettings settings;
    settings.ipv6 = there;
    Pump pump(client, settings);
    pump.run();
    CHECK(pump.ipv4);
    CHECK(pump.ipv6.has_value() == there);
    CHECK_FALSE(pump.ended);
    if (there) CHECK(pump.ipv6->remote == 0x5E);
  }
}

TEST_CASE("a server that negotiates anew in mid-session brings the link down and up again") {
  Pump pump(client_settings(), {});
  pump.run();
  REQUIRE(pump.ipv4);
  size_t before = pump.history.size();
  pump.from_server(pump.server->renegotiate(pump.now));
  pump.run();
  int downs = 0;
  for (size_t i = before; i < pump.history.size(); i++)
    downs += std::holds_alternative<Ipv4Down>(pump.history[i]);
  CHECK(downs == 1);
  REQUIRE(pump.ipv4);
  CHECK(pump.encryption->keys.send == pump.server->keys->receive);
}

TEST_CASE("a link that is closed is terminated in order") {
  Pump pump(client_settings(), {});
  pump.run();
  pump.from_client(pump.link.close("User request", pump.now));
  pump.run();
  REQUIRE(pump.ended);
  CHECK(pump.ended->kind == EndKind::closed);
  CHECK(pump.ended->reason == "User request");
  CHECK_FALSE(pump.ipv4);
}

TEST_CASE("a server that terminates the link is quoted") {
  Pump pump(client_settings(), {});
  pump.run();
  Bytes text{'b', 'y', 'e', 0x1B};
  pump.server->send(Protocol::lcp, encode({Code::terminate_request, 99, text}));
  pump.from_server(pump.server->take());
  pump.run();
  REQUIRE(pump.ended);
  CHECK(pump.ended->kind == EndKind::peer_closed);
  CHECK(pump.ended->reason == "the server terminated the link: \"bye\\x1b\"");
}

TEST_CASE("a server that is silent is asked, and left after so many Echo-Requests") {
  LinkSettings client = client_settings();
  client.echo_interval = std::chrono::seconds(10);
  client.echo_failure = 3;
  Pump pump(client, {});
  pump.run();
  REQUIRE(pump.ipv4);
  SECTION("silent") {
    pump.lose = [](const Bytes&, bool) { return true; };
    pump.run(std::chrono::seconds(120));
    REQUIRE(pump.ended);
    CHECK(pump.ended->kind == EndKind::peer_dead);
  }
  SECTION("its answers are lost, but its traffic comes") {
    pump.lose = [](const Bytes&, bool) { return true; };
    for (int i = 0; i < 30; i++) {
      pump.link.traffic();
      pump.run(std::chrono::seconds(5));
    }
    CHECK_FALSE(pump.ended);
  }
}

TEST_CASE("a server that never answers ends the link after ten requests") {
  Pump pump(client_settings(), {});
  pump.lose = [](const Bytes&, bool) { return true; };
  pump.run(std::chrono::minutes(2));
  REQUIRE(pump.ended);
  CHECK_THAT(pump.ended->reason, contains("did not answer 10 Configure-Requests"));
}

TEST_CASE("a server that rejects encrypted packets does not decrypt") {
  Pump pump(client_settings(), {});
  pump.run();
  pump.server->send(Protocol::lcp, encode({Code::protocol_reject, 9, Bytes{0x00, 0xFD, 1, 2}}));
  pump.from_server(pump.server->take());
  pump.run();
  REQUIRE(pump.ended);
  CHECK(pump.ended->kind == EndKind::no_encryption);
  CHECK_THAT(pump.ended->reason, contains("does not decrypt"));
}

TEST_CASE("a protocol that nobody knows is rejected") {
  Pump pump(client_settings(), {});
  pump.run();
  pump.server->send(Protocol{0x8281}, Bytes{1, 1, 0, 4});
  pump.from_server(pump.server->take());
  pump.run();
  CHECK(pump.server->rejected_protocols == 1);
  CHECK(pump.ipv4);
}

TEST_CASE("an Echo-Request of any size is answered in its size, but not above our MRU") {
  auto settings = client_settings();
  settings.lcp.mru = 1000;
  Pump pump(settings, {});
  pump.run(Duration(0));
  for (size_t size : {8u, 500u, 1000u, 1400u}) {
    CAPTURE(size);
    auto request = pump.link.echo_request(size);
    auto parsed = parse_frame(request.frame);
    REQUIRE(parsed);
    CHECK(parsed->payload.size() == size);
    pump.history.clear();
    pump.to_server.push_back(request.frame);
    pump.carry();
    const EchoAnswered* answer = nullptr;
    for (const LinkStep& step : pump.history)
      if (auto* found = std::get_if<EchoAnswered>(&step)) answer = found;
    REQUIRE(answer);
    CHECK(answer->identifier == request.identifier);
    CHECK(answer->size == std::min<size_t>(size, 1000));
  }
}

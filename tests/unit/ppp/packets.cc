// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/authenticator.hh"
#include "ppp/control_packet.hh"
#include "ppp/frame.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::ppp;

TEST_CASE("a header is accepted with and without compression, in any mix") {
  for (const Bytes& bytes : {Bytes{0xFF, 0x03, 0x00, 0x21, 9}, Bytes{0x00, 0x21, 9},
                             Bytes{0xFF, 0x03, 0x21, 9}, Bytes{0x21, 9}}) {
    auto parsed = parse_frame(bytes);
    REQUIRE(parsed);
    CHECK(parsed->protocol == Protocol::ipv4);
    CHECK(parsed->payload.size() == 1);
  }
  for (const Bytes& bytes : {Bytes{}, Bytes{0xFF, 0x03}, Bytes{0x00}, Bytes{0xC0, 0x20, 1}})
    CHECK_FALSE(parse_frame(bytes));
}

TEST_CASE("a header that is written is read again, and LCP has the whole one") {
  for (bool address : {false, true})
    for (bool protocol : {false, true})
      for (auto number : {Protocol::ipv4, Protocol::compressed, Protocol::lcp, Protocol::ipcp}) {
        Bytes made = frame(number, Bytes{1, 2}, {address, protocol});
        auto parsed = parse_frame(made);
        REQUIRE(parsed);
        CHECK(parsed->protocol == number);
        CHECK(parsed->payload.size() == 2);
        if (number == Protocol::lcp) CHECK(made.size() == 6);
      }
  CHECK(frame(Protocol::ipv4, {}, {true, true}) == Bytes{0x21});
}

TEST_CASE("a control packet is cut to its length, and refused if it is longer than the frame") {
  auto packet = parse_control_packet(Bytes{1, 7, 0, 6, 0xAA, 0xBB, 0xCC});
  REQUIRE(packet);
  CHECK(packet->code == Code::configure_request);
  CHECK(packet->identifier == 7);
  CHECK(packet->data.size() == 2);
  for (const Bytes& bad :
       {Bytes{}, Bytes{1, 7, 0}, Bytes{1, 7, 0, 3}, Bytes{1, 7, 0, 0}, Bytes{1, 7, 0, 5}})
    CHECK_FALSE(parse_control_packet(bad));
}

TEST_CASE("a list of options is refused if one of them is shorter or longer than it can be") {
  CHECK(parse_options({})->empty());
  auto options = parse_options(Bytes{1, 4, 5, 6, 7, 2});
  REQUIRE(options);
  CHECK(*options == Options{{1, {5, 6}}, {7, {}}});
  for (const Bytes& bad : {Bytes{1}, Bytes{1, 0}, Bytes{1, 1}, Bytes{1, 3}, Bytes{1, 2, 3, 200, 1}})
    CHECK_FALSE(parse_options(bad));
}

TEST_CASE("what MS-CHAPv2's Failure says is read in any order") {
  auto failure = parse_ms_chap_failure("E=691 R=1 C=00112233 V=3 M=Access denied");
  CHECK(failure.error == 691);
  CHECK(failure.retry);
  CHECK(failure.message == "Access denied");
  CHECK(parse_ms_chap_failure("R=0 E=649").error == 649);
  CHECK(parse_ms_chap_failure("").error == 0);
  CHECK(parse_ms_chap_failure("FREE=691").error == 0);
  CHECK(parse_ms_chap_failure("E=99999999999999").error == 0);
}

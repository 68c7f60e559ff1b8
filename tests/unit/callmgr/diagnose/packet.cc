// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/packet.hh"

#include "tests/unit/catch.hh"

using namespace callgate::diagnose;

TEST_CASE("a packet has a direction, a protocol, a code and options") {
  auto packet = parse_packet("rcvd [CCP ConfNak id=0x1f <mppe +H -M +S -L -D -C> <bsd v1 15>]");
  REQUIRE(packet);
  CHECK_FALSE(packet->sent);
  CHECK(packet->protocol == "CCP");
  CHECK(packet->code == "ConfNak");
  std::vector<std::string> options;
  for_each_option(packet->body, [&](std::string_view option) { options.emplace_back(option); });
  CHECK(options == std::vector<std::string>{"mppe +H -M +S -L -D -C", "bsd v1 15"});
}

TEST_CASE("a packet of a protocol that pppd does not know has its number") {
  auto packet = parse_packet("rcvd [proto=0x7eff] 7d 23 c0 21");
  REQUIRE(packet);
  CHECK(packet->protocol == "proto");
  CHECK(packet->code == "0x7eff");
}

TEST_CASE("text that is not a packet is not taken for one") {
  for (auto* text : {"", "sent", "sent []", "Sent 12 bytes", "rcvd"})
    CHECK_FALSE(parse_packet(text));
}

TEST_CASE("both notations of MPPE's bits have the same meaning") {
  CHECK(mppe_bits("mppe +H -M +S -L -D -C") == (mppe::kStateless | mppe::k128));
  CHECK(mppe_bits("mppe 1 0 0 40") == (mppe::kStateless | mppe::k128));
  CHECK(mppe_bits("mppe 1 0 0 e1") ==
        (mppe::kStateless | mppe::k56 | mppe::k128 | mppe::k40 | mppe::kMppc));
  CHECK(mppe_bits("mppe -H -M -S -L -D +C") == mppe::kMppc);
  CHECK(mppe_bits("mppe 0 0 0 0") == 0u);
  CHECK_FALSE(mppe_bits("deflate 15"));
}

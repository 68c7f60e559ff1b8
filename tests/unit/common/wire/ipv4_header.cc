// SPDX-License-Identifier: GPL-2.0-or-later
// The IPv4 header that a raw socket leaves on every packet (RFC 791 section 3.1).
#include "common/wire/gre_header.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

const Bytes kData = hex("30 01 88 0B 00 01 12 34");

// A header of `words` longwords before kData.
Bytes ipv4(uint8_t words = 5) {
  size_t total = words * 4u + kData.size();
  Bytes header = Bytes{static_cast<uint8_t>(0x40 | words)}  // Version 4, IHL
                 + hex("00")                                // Type of Service
                 + Bytes{0, static_cast<uint8_t>(total)}    // Total Length
                 + hex("12 34")                             // Identification
                 + hex("40 00")                             // Flags: DF; Fragment Offset
                 + hex("40")                                // Time to Live
                 + hex("2F")                                // Protocol: GRE
                 + hex("00 00")                             // Header Checksum
                 + hex("C0 00 02 01")                       // Source
                 + hex("C0 00 02 02");                      // Destination
  header.resize(words * 4u, 0x01);                          // Options: no operation
  return header + kData;
}

}  // namespace

TEST_CASE("the IPv4 header is taken off") {
  Bytes packet = ipv4();
  auto rest = strip_ipv4_header(packet);
  REQUIRE(rest.has_value());
  CHECK(dump(*rest) == dump(kData));
}

TEST_CASE("options are taken off with the IPv4 header, up to its greatest length") {
  for (uint8_t words = 5; words <= 15; words++) {
    INFO(int{words} << " longwords");
    Bytes packet = ipv4(words);
    auto rest = strip_ipv4_header(packet);
    REQUIRE(rest.has_value());
    CHECK(dump(*rest) == dump(kData));
  }
}

TEST_CASE("a header length below five longwords is refused") {
  for (uint8_t words = 0; words < 5; words++) {
    Bytes packet = ipv4();
    packet[0] = static_cast<uint8_t>(0x40 | words);
    CHECK_FALSE(strip_ipv4_header(packet).has_value());
  }
}

TEST_CASE("a version other than 4 is refused") {
  for (unsigned version = 0; version < 16; version++) {
    Bytes packet = ipv4();
    packet[0] = static_cast<uint8_t>(version << 4 | 5);
    CHECK(strip_ipv4_header(packet).has_value() == (version == 4));
  }
}

TEST_CASE("link-layer padding behind the total length is cut") {
  Bytes packet = ipv4() + repeated(0xAA, 18);
  auto rest = strip_ipv4_header(packet);
  REQUIRE(rest.has_value());
  CHECK(dump(*rest) == dump(kData));
}

TEST_CASE("a packet cut at any point is refused by its total length") {
  for (uint8_t words : hex("05 06 0F")) {
    Bytes packet = ipv4(words);
    for (size_t size = 0; size < packet.size(); size++)
      CHECK_FALSE(strip_ipv4_header(ByteSpan(packet).first(size)).has_value());
  }
}

TEST_CASE("a total length short of the header is refused") {
  Bytes packet = ipv4(6);
  for (uint8_t total = 0; total < 24; total++) {
    packet[3] = total;
    CHECK_FALSE(strip_ipv4_header(packet).has_value());
  }
  packet[3] = 24;  // a header and nothing else
  REQUIRE(strip_ipv4_header(packet).has_value());
  CHECK(strip_ipv4_header(packet)->empty());
}

TEST_CASE("fragments are refused, first, middle and last") {
  Bytes packet = ipv4();
  for (const Bytes& fragment :
       {hex("20 00"), hex("20 B9"), hex("00 B9"), hex("1F FF"), hex("00 01")}) {
    packet[6] = fragment[0], packet[7] = fragment[1];
    INFO(dump(fragment));
    CHECK_FALSE(strip_ipv4_header(packet).has_value());
  }
}

TEST_CASE("the DF and the reserved flag are no fragment") {
  Bytes packet = ipv4();
  for (uint8_t flags : hex("00 40 80 C0")) {
    packet[6] = flags;
    CHECK(strip_ipv4_header(packet).has_value());
  }
}

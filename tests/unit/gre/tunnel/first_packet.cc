// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/first_packet.hh"

#include "tests/unit/catch.hh"

namespace callgate {
namespace {

constexpr uint8_t kTcp = 6, kUdp = 17, kSyn = 2, kFin = 1, kAck = 16;

// An IPv4 packet from 10.0.0.2 to 10.0.0.1.
Bytes ipv4(uint8_t protocol, Bytes payload, uint16_t fragment = 0) {
  auto size = static_cast<uint8_t>(20 + payload.size());
  Bytes packet{0x45,
               0,
               0,
               size,
               0,
               1,
               static_cast<uint8_t>(fragment >> 8),
               static_cast<uint8_t>(fragment),
               64,
               protocol,
               0,
               0,
               10,
               0,
               0,
               2,
               10,
               0,
               0,
               1};
  packet.insert(packet.end(), payload.begin(), payload.end());
  return packet;
}

Bytes tcp(uint8_t flags, size_t data = 0) {
  Bytes segment(20 + data);
  segment[12] = 0x50;
  segment[13] = flags;
  return ipv4(kTcp, segment);
}

}  // namespace

TEST_CASE("a datagram, a SYN, and data with a FIN are worth a call") {
  CHECK(starts_call(ipv4(kUdp, Bytes(8))));
  CHECK(starts_call(tcp(kSyn)));
  CHECK(starts_call(tcp(kFin | kAck, 1)));
  CHECK(starts_call(ipv4(kUdp, Bytes(8), 0x2000)));  // the first fragment
}

TEST_CASE(
    "a bare FIN, a later fragment and IPv6 are worth no call, and neither is what is cut off") {
  CHECK_FALSE(starts_call(tcp(kFin | kAck)));
  CHECK_FALSE(starts_call(ipv4(kUdp, Bytes(8), 0x0001)));
  Bytes ipv6(48);
  ipv6[0] = 0x60;
  CHECK_FALSE(starts_call(ipv6));
  auto whole = tcp(kSyn);
  for (size_t size = 0; size < 20; size++) CHECK_FALSE(starts_call(ByteSpan(whole).first(size)));
  whole[0] = 0x4f;  // options that are not there
  CHECK_FALSE(starts_call(ByteSpan(whole)));
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/ip_packet.hh"

#include <random>

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

uint32_t sum_of(ByteSpan bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); i++)
    sum += i % 2 == 0 ? static_cast<uint32_t>(bytes[i] << 8) : bytes[i];
  return sum;
}

// The checksum of the TCP segment with its pseudo-header: 0 if it is right.
uint16_t checksum(const IpPacket& packet) {
  bool v4 = packet.version == IpVersion::v4;
  ByteSpan tcp = packet.bytes.subspan(v4 ? (packet.bytes[0] & 15) * 4u : 40u);
  uint32_t sum = sum_of(tcp) + sum_of(packet.bytes.subspan(v4 ? 12 : 8, v4 ? 8 : 32)) + 6 +
                 static_cast<uint32_t>(tcp.size());
  while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

// A TCP segment in an IP packet, with these options and a right checksum.
Bytes tcp_packet(IpVersion version, uint8_t flags, Bytes options, size_t ip_options = 0) {
  while (options.size() % 4 != 0) options.push_back(0);
  bool v4 = version == IpVersion::v4;
  size_t header = v4 ? 20 + ip_options : 40;
  Bytes bytes(header + 20 + options.size());
  auto size = static_cast<uint16_t>(bytes.size());
  if (v4) {
    bytes[0] = static_cast<uint8_t>(0x40 | header / 4);
    bytes[2] = static_cast<uint8_t>(size >> 8), bytes[3] = static_cast<uint8_t>(size);
    bytes[9] = 6;
  } else {
    bytes[0] = 0x60;
    auto payload = static_cast<uint16_t>(size - 40);
    bytes[4] = static_cast<uint8_t>(payload >> 8), bytes[5] = static_cast<uint8_t>(payload);
    bytes[6] = 6;
  }
  for (size_t i = v4 ? 12 : 8; i < (v4 ? 20u : 40u); i++) bytes[i] = static_cast<uint8_t>(i * 37);
  bytes[header + 12] = static_cast<uint8_t>((20 + options.size()) / 4 << 4);
  bytes[header + 13] = flags;
  std::ranges::copy(options, bytes.begin() + static_cast<std::ptrdiff_t>(header + 20));
  uint16_t right = checksum({version, bytes});
  bytes[header + 16] = static_cast<uint8_t>(right >> 8);
  bytes[header + 17] = static_cast<uint8_t>(right);
  return bytes;
}

constexpr uint8_t kSyn = 0x02, kAck = 0x10;

uint16_t word(const Bytes& bytes, size_t at) {
  return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

}  // namespace

TEST_CASE("a whole packet of either version is taken, without the padding after it") {
  for (auto version : {IpVersion::v4, IpVersion::v6}) {
    Bytes bytes = tcp_packet(version, kAck, {});
    size_t size = bytes.size();
    bytes.resize(size + 7);
    auto packet = parse_ip_packet(bytes);
    REQUIRE(packet);
    CHECK(packet->version == version);
    CHECK(packet->bytes.size() == size);
  }
}

TEST_CASE("a packet that is cut, or whose lengths do not fit, is refused") {
  for (auto version : {IpVersion::v4, IpVersion::v6}) {
    Bytes bytes = tcp_packet(version, kAck, {});
    for (size_t size = 0; size < bytes.size(); size++) {
      Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK_FALSE(parse_ip_packet(cut));
    }
  }
  Bytes short_header = tcp_packet(IpVersion::v4, kAck, {});
  short_header[0] = 0x44;
  CHECK_FALSE(parse_ip_packet(short_header));
  Bytes shorter_than_header = tcp_packet(IpVersion::v4, kAck, {});
  shorter_than_header[3] = 19;
  CHECK_FALSE(parse_ip_packet(shorter_than_header));
  for (unsigned version : {0u, 3u, 5u, 7u, 15u}) {
    Bytes other = tcp_packet(IpVersion::v4, kAck, {});
    other[0] = static_cast<uint8_t>(version << 4 | 5);
    CHECK_FALSE(parse_ip_packet(other));
  }
}

TEST_CASE("the segment size of a SYN is lowered to what fits, and its checksum stays right") {
  for (auto version : {IpVersion::v4, IpVersion::v6}) {
    size_t headers = version == IpVersion::v4 ? 40 : 60;
    for (uint8_t flags : {kSyn, static_cast<uint8_t>(kSyn | kAck)}) {
      // The option at even and odd places.
      for (size_t before : {0u, 1u, 2u, 3u}) {
        Bytes options(before, 1);
        for (uint8_t byte : Bytes{2, 4, 0x05, 0xB4}) options.push_back(byte);
        Bytes bytes = tcp_packet(version, flags, options);
        auto packet = parse_ip_packet(bytes);
        REQUIRE(packet);
        REQUIRE(checksum(*packet) == 0);
        CHECK(clamp_segment_size(*packet, 1400));
        CHECK(word(bytes, (version == IpVersion::v4 ? 20 : 40) + 20 + before + 2) ==
              1400 - headers);
        CHECK(checksum(*packet) == 0);
        CHECK_FALSE(clamp_segment_size(*packet, 1400));
      }
    }
  }
}

TEST_CASE("any segment size and MTU leave a right checksum") {
  std::mt19937 random(4711);
  for (int i = 0; i < 20'000; i++) {
    auto size = static_cast<uint16_t>(random());
    Bytes options(random() % 2, 1);
    for (int byte : {2, 4, size >> 8, size & 0xFF}) options.push_back(static_cast<uint8_t>(byte));
    Bytes bytes = tcp_packet(random() % 2 ? IpVersion::v4 : IpVersion::v6, kSyn, options);
    auto packet = parse_ip_packet(bytes);
    clamp_segment_size(*packet, static_cast<uint16_t>(random()));
    REQUIRE(checksum(*packet) == 0);
  }
}

TEST_CASE("nothing else is changed: other segments, smaller sizes, fragments, broken options") {
  Bytes size_option{2, 4, 0x05, 0xB4};
  auto unchanged = [](Bytes bytes, uint16_t mtu = 1000) {
    Bytes before = bytes;
    auto packet = parse_ip_packet(bytes);
    REQUIRE(packet);
    return !clamp_segment_size(*packet, mtu) && bytes == before;
  };
  CHECK(unchanged(tcp_packet(IpVersion::v4, kAck, size_option)));
  CHECK(unchanged(tcp_packet(IpVersion::v4, kSyn, {2, 4, 0x02, 0x00})));
  CHECK(unchanged(tcp_packet(IpVersion::v4, kSyn, size_option), 1500));
  CHECK(unchanged(tcp_packet(IpVersion::v4, kSyn, size_option), 40));
  CHECK(unchanged(tcp_packet(IpVersion::v4, kSyn, {0, 4, 2, 4, 0x05, 0xB4})));   // after the end
  CHECK(unchanged(tcp_packet(IpVersion::v4, kSyn, {2, 3, 0x05, 0xB4})));         // wrong length
  CHECK(unchanged(tcp_packet(IpVersion::v4, kSyn, {5, 0, 2, 4, 0x05, 0xB4})));   // endless
  CHECK(unchanged(tcp_packet(IpVersion::v4, kSyn, {5, 99, 2, 4, 0x05, 0xB4})));  // too long
  CHECK(unchanged(tcp_packet(IpVersion::v4, kSyn, {1, 1, 1, 2})));               // cut
  Bytes fragment = tcp_packet(IpVersion::v4, kSyn, size_option);
  fragment[7] = 1;
  CHECK(unchanged(fragment));
  Bytes udp = tcp_packet(IpVersion::v4, kSyn, size_option);
  udp[9] = 17;
  CHECK(unchanged(udp));
  Bytes offset = tcp_packet(IpVersion::v4, kSyn, size_option);
  offset[20 + 12] = 0xF0;
  CHECK(unchanged(offset));
}

TEST_CASE("the segment size is found after options of IPv4") {
  Bytes bytes = tcp_packet(IpVersion::v4, kSyn, {2, 4, 0x05, 0xB4}, 8);
  auto packet = parse_ip_packet(bytes);
  REQUIRE(packet);
  CHECK(clamp_segment_size(*packet, 1400));
  CHECK(word(bytes, 28 + 22) == 1360);
  CHECK(checksum(*packet) == 0);
}

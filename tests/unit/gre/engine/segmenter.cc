// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/segmenter.hh"

#include <random>

#include "tests/unit/catch.hh"
#include "tests/unit/gre/engine/tcp_packets.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

constexpr uint8_t kFin = 0x01, kPush = 0x08, kAck = 0x10, kReduced = 0x80;

// The packets of a read; empty = it is refused.
std::vector<Bytes> cut(Bytes read) {
  auto packets = Segmenter::of(read);
  std::vector<Bytes> made;
  for (size_t i = 0; packets && i < packets->packets(); i++) {
    made.emplace_back(packets->size(i));
    packets->write(i, made.back().data());
  }
  return made;
}

// The same, built one by one.
std::vector<Bytes> expected(const Headers& headers, ByteSpan payload, size_t segment) {
  std::vector<Bytes> made;
  for (size_t at = 0; at < payload.size(); at += segment) {
    Headers one = headers;
    bool first = at == 0, last = at + segment >= payload.size();
    one.sequence += static_cast<uint32_t>(at);
    one.number = static_cast<uint16_t>(one.number + made.size());
    if (!first) one.flags &= static_cast<uint8_t>(~kReduced);
    if (!last) one.flags &= static_cast<uint8_t>(~(kFin | kPush));
    made.push_back(packet(one, payload.subspan(at, std::min(segment, payload.size() - at))));
  }
  return made;
}

void change(Bytes& read, const std::function<void(VirtioHeader&)>& how) {
  VirtioHeader header;
  std::memcpy(&header, read.data(), sizeof header);
  how(header);
  std::memcpy(read.data(), &header, sizeof header);
}

}  // namespace

TEST_CASE("a large packet becomes the packets that would have been sent one by one") {
  std::mt19937 random(4711);
  for (auto version : {IpVersion::v4, IpVersion::v6})
    for (uint8_t protocol : Bytes{6, 17})
      for (int i = 0; i < 300; i++) {
        Headers headers{.version = version,
                        .protocol = protocol,
                        .sequence = 0xFFFFF000,
                        .flags = static_cast<uint8_t>(kAck | kFin | kPush | kReduced),
                        .number = 0xFFFE};
        if (i % 2) headers.options = Bytes(12, 1);
        size_t segment = 1 + random() % 1400, size = 1 + random() % 20'000;
        Bytes data = payload(size, random());
        if (i % 10 == 0) data.assign(size, 0);
        auto made = cut(large(headers, data, static_cast<uint16_t>(segment)));
        REQUIRE(made == expected(headers, data, segment));
        for (const Bytes& each : made) REQUIRE(right_sums(each));
      }
}

TEST_CASE("the largest packet that there is is cut") {
  Headers headers;
  Bytes data = payload(65535 - 40);
  CHECK(cut(large(headers, data, 1348)) == expected(headers, data, 1348));
}

TEST_CASE("a small packet passes as it is, and its sum is completed if the kernel has left it") {
  for (auto version : {IpVersion::v4, IpVersion::v6})
    for (uint8_t protocol : Bytes{6, 17})
      for (size_t size = 0; size < 70; size++) {
        Headers headers{.version = version, .protocol = protocol};
        Bytes right = packet(headers, payload(size)), begun = right;
        CHECK(cut(read_of({}, right)) == std::vector<Bytes>{right});
        set_sums(begun, true);
        VirtioHeader header{.flags = VirtioHeader::kNeedsChecksum,
                            .checksum_start = static_cast<uint16_t>(transport_of(right)),
                            .checksum_offset = static_cast<uint16_t>(protocol == 6 ? 16 : 6)};
        CHECK(cut(read_of(header, begun)) == std::vector<Bytes>{right});
      }
}

TEST_CASE("a sum of zero is sent as 0xFFFF in UDP, where zero means that there is none") {
  Headers headers{.protocol = 17};
  Bytes data(2);
  Bytes made = packet(headers, data);
  put(data, 0, word(made, 26));  // now the sum of all is 0
  for (const Bytes& each : cut(large(headers, data, 100))) {
    CHECK(word(each, 26) == 0xFFFF);
    CHECK(right_sums(each));
  }
}

TEST_CASE("a header that contradicts its packet is refused") {
  for (auto version : {IpVersion::v4, IpVersion::v6}) {
    Headers headers{.version = version};
    const Bytes good = large(headers, payload(5000), 1000);
    REQUIRE(cut(good).size() == 5);
    auto refused = [&](const std::function<void(VirtioHeader&)>& how) {
      Bytes read = good;
      change(read, how);
      return cut(read).empty();
    };
    CHECK(refused([](auto& header) { header.segment_size = 0; }));
    CHECK(refused([](auto& header) { header.header_size = 65535; }));
    CHECK(refused([](auto& header) { header.checksum_start = 65535; }));
    CHECK(refused([](auto& header) { header.checksum_start = 0; }));
    CHECK(refused([](auto& header) { header.checksum_start = 5000; }));
    CHECK(refused([](auto& header) { header.checksum_offset = 6; }));
    CHECK(refused([](auto& header) { header.checksum_offset = 65535; }));
    CHECK(refused([](auto& header) { header.flags = 0; }));
    CHECK(refused([](auto& header) { header.type = 3; }));  // fragments of UDP: not asked for
    CHECK(refused([](auto& header) { header.type = 2; }));
    CHECK(refused([](auto& header) { header.type = VirtioHeader::kUdp; }));
    CHECK(refused([](auto& header) { header.type ^= 5; }));  // the other version of IP
    for (size_t size = 0; size < good.size(); size += 1 + size / 16)
      CHECK(cut(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))).empty());
  }
  Bytes many = large({}, payload(60'000), 1);
  CHECK(cut(many).empty());
  Bytes empty = large({}, {}, 1000);
  CHECK(cut(empty).empty());
  Bytes long_header = large({}, payload(100), 50);
  long_header[sizeof(VirtioHeader) + 32] = 0x40;
  CHECK(cut(long_header).empty());
  Bytes fragment = large({.fragment = 0x2000}, payload(100), 50);
  CHECK(cut(fragment).empty());
}

TEST_CASE("the place of a sum outside of the packet is refused") {
  Bytes small = packet({}, payload(10));
  for (auto [start, offset] : {std::pair<uint16_t, uint16_t>{20, 29},
                               {49, 0},
                               {50, 0},
                               {65535, 65535},
                               {0, 16},
                               {19, 0}}) {
    VirtioHeader header{
        .flags = VirtioHeader::kNeedsChecksum, .checksum_start = start, .checksum_offset = offset};
    CHECK(cut(read_of(header, small)).empty());
  }
}

TEST_CASE("a packet with congestion notification is cut like any other") {
  Headers headers{.flags = static_cast<uint8_t>(kAck | kReduced)};
  Bytes read = large(headers, payload(3000), 1000);
  change(read, [](auto& header) { header.type |= VirtioHeader::kEcn; });
  CHECK(cut(read) == expected(headers, payload(3000), 1000));
}

TEST_CASE("TCP after an extension header of IPv6 keeps the sum that the kernel has begun") {
  Headers headers{.version = IpVersion::v6};
  Bytes data = payload(2500), read = large(headers, data, 1000);
  // A routing header of 8 bytes between the two; the pseudo-header does not have it.
  auto at = read.begin() + sizeof(VirtioHeader) + 40;
  read.insert(at, {6, 0, 0, 0, 0, 0, 0, 0});
  read[sizeof(VirtioHeader) + 6] = 43;
  put(read, sizeof(VirtioHeader) + 4, read.size() - sizeof(VirtioHeader) - 40);
  change(read, [](auto& header) { header.checksum_start += 8, header.header_size += 8; });
  auto made = cut(read);
  REQUIRE(made.size() == 3);
  for (size_t i = 0; i < 3; i++) {
    CHECK(word(made[i], 4) == made[i].size() - 40);
    Bytes without = made[i];
    without.erase(without.begin() + 40, without.begin() + 48);
    without[6] = 6;
    CHECK(right_sums(without));
  }
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/coalescer.hh"

#include <random>

#include "gre/engine/segmenter.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/gre/engine/tcp_packets.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

constexpr uint8_t kFin = 0x01, kSyn = 0x02, kReset = 0x04, kPush = 0x08, kAck = 0x10,
                  kUrgent = 0x20;

// What is written for a batch: each with its virtio header.
std::vector<Bytes> joined(std::vector<Bytes> packets) {
  Coalescer coalescer;
  for (Bytes& packet : packets) coalescer.add(packet);
  std::vector<Bytes> made;
  size_t count = 0;
  coalescer.write([&](std::span<const iovec> pieces, size_t number) {
    Bytes& write = made.emplace_back();
    for (const iovec& piece : pieces) {
      auto* from = static_cast<const uint8_t*>(piece.iov_base);
      write.insert(write.end(), from, from + piece.iov_len);
    }
    count += number;
  });
  CHECK(count == packets.size());
  return made;
}

VirtioHeader header_of(const Bytes& write) {
  VirtioHeader header;
  std::memcpy(&header, write.data(), sizeof header);
  return header;
}

std::vector<Bytes> cut(std::vector<Bytes> writes) {
  std::vector<Bytes> made;
  for (Bytes& write : writes) {
    auto packets = Segmenter::of(write);
    REQUIRE(packets);
    for (size_t i = 0; i < packets->packets(); i++) {
      made.emplace_back(packets->size(i));
      packets->write(i, made.back().data());
    }
  }
  return made;
}

// Packet number i of a connection whose packets have 1000 bytes of payload.
Bytes part(size_t i, Headers headers = {}, size_t size = 1000) {
  headers.sequence += static_cast<uint32_t>(1000 * i);
  headers.number = static_cast<uint16_t>(headers.number + i);
  return packet(headers, payload(size, static_cast<uint32_t>(i)));
}

// How many writes two packets make, of which the second one has been changed.
size_t with(const std::function<void(Headers&)>& change) {
  Headers headers;
  change(headers);
  return joined({part(0), part(1, headers)}).size();
}

}  // namespace

TEST_CASE("packets that follow each other become one, and can be taken apart again") {
  std::mt19937 random(4711);
  for (auto version : {IpVersion::v4, IpVersion::v6})
    for (int i = 0; i < 200; i++) {
      Headers headers{.version = version,
                      .sequence = 0xFFFF0000,
                      .number = 0xFFF0,
                      .fragment = static_cast<uint16_t>(i % 2 ? 0x4000 : 0)};
      if (i % 3) headers.options = Bytes(12, 1);
      size_t segment = 1 + random() % 1400, size = segment + random() % 30'000;
      size = std::min(size, 60 * segment);
      if (i % 4 == 0) headers.flags = kAck | kPush;
      Bytes read = large(headers, payload(size, random()), static_cast<uint16_t>(segment));
      auto packets = cut({read});
      auto writes = joined(packets);
      REQUIRE(writes.size() == 1);
      if (packets.size() > 1) REQUIRE(writes[0] == read);
      REQUIRE(cut(writes) == packets);
    }
}

TEST_CASE("a packet alone is written as it came, and says nothing about its sum") {
  for (uint8_t protocol : Bytes{6, 17}) {
    Bytes alone = packet({.protocol = protocol}, payload(100));
    CHECK(joined({alone}) == std::vector<Bytes>{read_of({}, alone)});
  }
}

TEST_CASE("nothing is joined that differs in more than length, sum, FIN and PSH") {
  CHECK(with([](Headers&) {}) == 1);
  CHECK(with([](Headers& h) { h.sequence++; }) == 2);
  CHECK(with([](Headers& h) { h.sequence--; }) == 2);
  CHECK(with([](Headers& h) { h.acknowledgement++; }) == 2);
  CHECK(with([](Headers& h) { h.window++; }) == 2);
  CHECK(with([](Headers& h) { h.port++; }) == 2);
  CHECK(with([](Headers& h) { h.hops = 63; }) == 2);
  CHECK(with([](Headers& h) { h.traffic_class = 3; }) == 2);
  CHECK(with([](Headers& h) { h.options = Bytes(12, 1); }) == 2);
  CHECK(with([](Headers& h) { h.protocol = 17; }) == 2);
  CHECK(with([](Headers& h) { h.version = IpVersion::v6; }) == 2);
  CHECK(with([](Headers& h) { h.ip_options = 4; }) == 2);
  CHECK(with([](Headers& h) { h.fragment = 0x2000; }) == 2);
  CHECK(with([](Headers& h) { h.fragment = 0; }) == 2);
  for (uint8_t flag : Bytes{kSyn, kReset, kUrgent, 0x40, 0x80})
    CHECK(with([&](Headers& h) { h.flags |= flag; }) == 2);
  CHECK(with([](Headers& h) { h.flags = 0; }) == 2);
  for (uint8_t flag : Bytes{kFin, kPush}) CHECK(with([&](Headers& h) { h.flags |= flag; }) == 1);
  Headers a{.options = Bytes(12, 1)}, b{.options = Bytes(12, 0)};
  CHECK(joined({part(0, a), part(1, b)}).size() == 2);
}

TEST_CASE("identifications matter only in packets that may be fragmented") {
  CHECK(with([](Headers& h) { h.number += 5; }) == 1);
  Headers first{.fragment = 0}, second{.number = 12, .fragment = 0};
  CHECK(joined({part(0, first), part(1, first)}).size() == 1);
  CHECK(joined({part(0, first), part(1, second)}).size() == 2);
}

TEST_CASE("PSH, FIN and a shorter packet end the large one; a longer one begins another") {
  for (uint8_t flag : Bytes{kPush, kFin}) {
    auto writes = joined({part(0), part(1, {.flags = static_cast<uint8_t>(kAck | flag)}), part(2)});
    REQUIRE(writes.size() == 2);
    CHECK(writes[0][sizeof(VirtioHeader) + 33] == (kAck | flag));
    CHECK(joined({part(0, {.flags = static_cast<uint8_t>(kAck | flag)}), part(1)}).size() == 2);
  }
  Headers later;
  later.sequence = 1000 + 1500;
  CHECK(joined({part(0), part(1, {}, 500), packet(later, payload(1000))}).size() == 2);
  CHECK(joined({part(0), part(1, {}, 1001)}).size() == 2);
}

TEST_CASE("a packet with a wrong sum is written alone, and its sum is left to the kernel") {
  for (auto version : {IpVersion::v4, IpVersion::v6})
    for (size_t wrong = 0; wrong < 3; wrong++) {
      Headers headers{.version = version};
      std::vector<Bytes> packets;
      for (size_t i = 0; i < 3; i++) packets.push_back(part(i, headers));
      packets[wrong].back() ^= 1;
      auto writes = joined(packets);
      CHECK(writes.size() == (wrong == 1 ? 3 : 2));
      auto alone = read_of({}, packets[wrong]);
      CHECK(std::ranges::find(writes, alone) != writes.end());
      CHECK(cut(writes) == packets);
    }
  std::vector<Bytes> packets{part(0), part(1)};
  packets[0][10] ^= 1;  // the sum of IPv4's header
  CHECK(joined(packets).size() == 2);
}

TEST_CASE("no packet grows beyond 65535 bytes") {
  std::vector<Bytes> packets;
  for (size_t i = 0; i < 70; i++) packets.push_back(part(i));
  auto writes = joined(packets);
  REQUIRE(writes.size() == 2);
  CHECK(writes[0].size() == sizeof(VirtioHeader) + 40 + 65'000);
  CHECK(header_of(writes[0]).segment_size == 1000);
  CHECK(cut(writes) == packets);
}

TEST_CASE("connections that are mixed are joined each, in their order") {
  std::vector<Bytes> packets;
  Headers a, b{.port = 5002};
  for (size_t i = 0; i < 10; i++) packets.push_back(part(i, a)), packets.push_back(part(i, b));
  CHECK(joined(packets).size() == 2);
  // What cannot be joined comes after what came before it.
  packets = {part(0, a), part(1, a), part(0, b), part(5, a), part(6, a), part(1, b)};
  auto writes = joined(packets);
  REQUIRE(writes.size() == 3);
  CHECK(cut({writes[0]}) == std::vector<Bytes>{packets[0], packets[1]});
  CHECK(cut({writes[1]}) == std::vector<Bytes>{packets[2], packets[5]});
  CHECK(cut({writes[2]}) == std::vector<Bytes>{packets[3], packets[4]});
}

TEST_CASE("nothing overtakes a fragment or a packet with options") {
  for (Headers odd :
       {Headers{.ip_options = 4}, Headers{.fragment = 0x2000}, Headers{.protocol = 17}}) {
    std::vector<Bytes> packets{part(0), part(1, odd), part(1)};
    auto writes = joined(packets);
    CHECK(writes.size() == 3);
    CHECK(cut(writes) == packets);
  }
}

TEST_CASE("whatever is added comes out again, and each connection in its order") {
  std::mt19937 random(4711);
  for (int round = 0; round < 500; round++) {
    std::vector<Bytes> packets;
    size_t next[3]{};
    while (packets.size() < 64) {
      size_t flow = random() % 3;
      Headers headers{.port = static_cast<uint16_t>(flow)};
      if (random() % 16 == 0) headers.window = static_cast<uint16_t>(random() % 3);
      if (random() % 16 == 0) headers.flags |= kPush;
      if (random() % 16 == 0) next[flow]++;
      packets.push_back(part(next[flow]++, headers, random() % 16 ? 1000 : random() % 1000));
      if (random() % 32 == 0) packets.back().back() ^= 1;
    }
    auto out = cut(joined(packets));
    for (uint16_t port = 0; port < 3; port++) {
      auto of_port = [&](const std::vector<Bytes>& all) {
        std::vector<Bytes> some;
        for (const Bytes& each : all)
          if (word(each, 20) == port) some.push_back(each);
        return some;
      };
      REQUIRE(of_port(out) == of_port(packets));
    }
  }
}

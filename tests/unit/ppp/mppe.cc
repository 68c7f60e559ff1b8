// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/mppe.hh"

#include <algorithm>
#include <random>

#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::ppp;
using Verdict = MppeReceiver::Verdict;

namespace {

const MasterKey kStart = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

Bytes plain(unsigned number) {
  Bytes out{0x00, 0x21};
  Writer(out).put(number);
  out.insert(out.end(), number % 50, static_cast<uint8_t>(number));
  return out;
}

struct Pair {
  explicit Pair(const MppeKind& kind) : sender(kStart, kind), receiver(kStart, kind) {}

  Bytes send(unsigned number) {
    Bytes text = plain(number), out(text.size() + kMppeHeader);
    sender.encrypt(text, out.data());
    return out;
  }
  Verdict receive(const Bytes& datagram, std::optional<Sequence> sequence = std::nullopt) {
    got.resize(datagram.size() < kMppeHeader ? 0 : datagram.size() - kMppeHeader);
    return receiver.decrypt(datagram, got.data(), sequence);
  }
  bool good(const Bytes& datagram, unsigned number,
            std::optional<Sequence> sequence = std::nullopt) {
    return receive(datagram, sequence) == Verdict::decrypted && got == plain(number);
  }

  MppeSender sender;
  MppeReceiver receiver;
  Bytes got;
};

const std::vector<MppeKind> kKinds = {{KeyLength::bits_40, true},  {KeyLength::bits_56, true},
                                      {KeyLength::bits_128, true}, {KeyLength::bits_40, false},
                                      {KeyLength::bits_56, false}, {KeyLength::bits_128, false}};

uint16_t header(const Bytes& datagram) {
  return static_cast<uint16_t>(datagram[0] << 8 | datagram[1]);
}

}  // namespace

TEST_CASE("what is encrypted is decrypted, over several cycles of the coherency count") {
  for (const MppeKind& kind : kKinds) {
    Pair pair(kind);
    for (unsigned n = 0; n < 10'000; n++) REQUIRE(pair.good(pair.send(n), n));
  }
}

TEST_CASE("the first stateless packet has count 0, a new key, and is encrypted") {
  CHECK(header(Pair({KeyLength::bits_128, true}).send(0)) == 0x9000);
  CHECK(header(Pair({KeyLength::bits_128, false}).send(0)) == 0x1000);
}

TEST_CASE("a stateful key changes at every 256th packet, and only there") {
  Pair pair({KeyLength::bits_128, false});
  for (unsigned n = 0; n < 1000; n++)
    REQUIRE(((header(pair.send(n)) & 0x8000) != 0) == (n % 256 == 255));
}

TEST_CASE("stateless packets are decrypted in any order, each once") {
  std::mt19937 random(4711);
  for (unsigned distance : {2u, 50u, 1500u}) {
    Pair pair({KeyLength::bits_128, true});
    std::vector<std::pair<unsigned, Bytes>> packets;
    for (unsigned n = 0; n < 6000; n++) packets.emplace_back(n, pair.send(n));
    for (auto it = packets.begin(); it != packets.end();) {
      auto end = it + std::min<std::ptrdiff_t>(distance, packets.end() - it);
      std::shuffle(it, end, random);
      it = end;
    }
    for (auto& [n, datagram] : packets) REQUIRE(pair.good(datagram, n));
    CHECK(pair.receive(packets.back().second) == Verdict::late);
  }
}

TEST_CASE(
    "a late packet is decrypted once, as long as its count is less than half a cycle behind") {
  Pair pair({KeyLength::bits_128, true});
  Bytes first = pair.send(0);
  for (unsigned n = 1; n < 2047; n++) REQUIRE(pair.good(pair.send(n), n));
  CHECK(pair.good(first, 0));
  CHECK(pair.receive(first) == Verdict::late);
  CHECK(pair.good(pair.send(2047), 2047));
}

TEST_CASE("any loss of stateless packets, up to half a cycle, costs no other packet") {
  Pair pair({KeyLength::bits_56, true});
  unsigned n = 0;
  for (unsigned lost : {1u, 255u, 256u, 1000u, 2046u}) {
    for (unsigned i = 0; i < lost; i++) pair.send(n++);
    REQUIRE(pair.good(pair.send(n), n));
    n++;
  }
}

TEST_CASE("stateful: after a loss nothing is decrypted until the sender was asked for a new key") {
  std::mt19937 random(4711);
  for (int round = 0; round < 200; round++) {
    Pair pair({KeyLength::bits_128, false});
    unsigned n = 0;
    for (auto before = static_cast<unsigned>(random() % 600); n < before; n++)
      REQUIRE(pair.good(pair.send(n), n));
    for (auto lost = static_cast<unsigned>(1 + random() % 300); lost > 0; lost--) pair.send(n++);
    bool flag = n % 256 == 255;  // a flag packet has a new key without being asked
    Bytes next = pair.send(n);
    if (flag) {
      REQUIRE(pair.good(next, n));
    } else {
      REQUIRE(pair.receive(next) == Verdict::lost);
      pair.sender.reset();
      n++;
      REQUIRE(pair.good(pair.send(n), n));
    }
    n++;
    for (unsigned end = n + 300; n < end; n++) REQUIRE(pair.good(pair.send(n), n));
  }
}

TEST_CASE("what is not an encrypted datagram is refused") {
  Pair pair({KeyLength::bits_128, true});
  Bytes good = pair.send(0);
  CHECK(pair.receive({}) == Verdict::malformed);
  CHECK(pair.receive({0x90}) == Verdict::malformed);
  CHECK(pair.receive({0x90, 0x00}) == Verdict::malformed);
  for (uint8_t flags : Bytes{0x80, 0x10, 0xB0}) {  // not encrypted, without a new key, compressed
    Bytes bad = good;
    bad[0] = flags;
    CHECK(pair.receive(bad) == Verdict::malformed);
  }
  CHECK(pair.good(good, 0));
}

TEST_CASE("the sequence number tells how much an outage of more than half a cycle has lost") {
  for (const MppeKind& kind : kKinds) {
    Pair pair(kind);
    unsigned n = 0;
    for (unsigned lost : {0u, 1u, 2047u, 2048u, 4095u, 4096u, 5000u, 70'000u}) {
      for (unsigned i = 0; i < lost; i++) pair.send(n++);
      if (!kind.stateless) pair.sender.reset();
      INFO(lost);
      // Three packets without MPPE were numbered too.
      REQUIRE(pair.good(pair.send(n), n, Sequence{n + 1000 + (lost > 0 ? 3 : 0)}));
      n++;
    }
  }
}

TEST_CASE("a packet that comes late after an outage is decrypted with its own key, and only once") {
  Pair pair({KeyLength::bits_128, true});
  std::vector<Bytes> packets;
  for (unsigned n = 0; n < 8000; n++) packets.push_back(pair.send(n));
  REQUIRE(pair.good(packets[0], 0, Sequence{0}));
  REQUIRE(pair.good(packets[7000], 7000, Sequence{7000}));
  CHECK(pair.good(packets[6500], 6500, Sequence{6500}));
  CHECK(pair.receive(packets[6500], Sequence{6500}) == Verdict::late);
  CHECK(pair.receive(packets[2000], Sequence{2000}) == Verdict::late);  // half a cycle is over
  CHECK(pair.good(packets[7001], 7001, Sequence{7001}));
}

TEST_CASE("a count that goes back while the sequence numbers go on changes no key") {
  Pair pair({KeyLength::bits_128, true});
  Bytes first = pair.send(0), second = pair.send(1), third = pair.send(2);
  REQUIRE(pair.good(first, 0, Sequence{10}));
  REQUIRE(pair.good(second, 1, Sequence{11}));
  CHECK(pair.receive(first, Sequence{12}) == Verdict::late);
  CHECK(pair.good(third, 2, Sequence{13}));
}

// SPDX-License-Identifier: GPL-2.0-or-later
// Packets in a batch are treated as they are one after the other.
#include <algorithm>

#include "ppp/mppe.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/ppp/random.hh"

using namespace callgate;
using namespace callgate::ppp;
using Verdict = MppeReceiver::Verdict;

namespace {

const MasterKey kStart = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

const std::vector<MppeKind> kKinds = {{KeyLength::bits_40, true},  {KeyLength::bits_56, true},
                                      {KeyLength::bits_128, true}, {KeyLength::bits_40, false},
                                      {KeyLength::bits_56, false}, {KeyLength::bits_128, false}};

struct Sent {
  Bytes datagram;
  Sequence sequence;
};

Bytes encrypted(MppeSender& sender, const Bytes& plain) {
  Bytes out(plain.size() + kMppeHeader);
  sender.encrypt(plain, out.data());
  return out;
}

// Loses, repeats, swaps and breaks some of them.
std::vector<Sent> disturbed(const std::vector<Sent>& sent, Random& random) {
  std::vector<Sent> out;
  for (const Sent& packet : sent) {
    size_t fate = random.below(40);
    if (fate == 0) continue;
    out.push_back(packet);
    if (fate == 1) out.push_back(packet);
    if (fate == 2) out.back().datagram.resize(random.below(4));
    if (fate == 3) out.back().datagram[0] ^= static_cast<uint8_t>(1 << random.below(8));
    if (fate == 4 && out.size() > 20) std::swap(out.back(), out[out.size() - 1 - random.below(20)]);
  }
  return out;
}

}  // namespace

TEST_CASE("a batch is encrypted in place as packets one after the other are") {
  Random random;
  for (const MppeKind& kind : kKinds) {
    MppeSender alone(kStart, kind), batches(kStart, kind);
    for (int round = 0; round < 300; round++) {
      std::vector<Bytes> expected, memory;
      std::vector<MppeSender::Packet> packets;
      if (random.below(5) == 0) alone.reset(), batches.reset();
      for (size_t n = random.below(12); n > 0; n--) {
        Bytes plain = random.bytes(random.below(2) ? 1400 : random.below(100));
        expected.push_back(encrypted(alone, plain));
        memory.emplace_back(kMppeHeader).insert(memory.back().end(), plain.begin(), plain.end());
      }
      for (Bytes& one : memory) packets.push_back({ByteSpan(one).subspan(kMppeHeader), one.data()});
      batches.encrypt(packets);
      REQUIRE(memory == expected);
    }
  }
}

TEST_CASE(
    "a batch is decrypted as packets one after the other are, whatever the path does to them") {
  Random random;
  for (const MppeKind& kind : kKinds)
    for (bool in_place : {false, true}) {
      MppeSender sender(kStart, kind);
      MppeReceiver alone(kStart, kind), batches(kStart, kind);
      std::vector<Sent> sent;
      for (unsigned n = 0; n < 6000; n++) {
        if (n % 50 == 0) sender.reset();  // as if it had been asked
        if (n == 2000)
          for (int lost = 0; lost < 3000; lost++) encrypted(sender, {0});
        sent.push_back({encrypted(sender, random.bytes(1 + random.below(60))),
                        Sequence{n + (n < 2000 ? 0 : 3000)}});
      }
      sent = disturbed(sent, random);
      size_t decrypted = 0;
      for (size_t at = 0; at < sent.size();) {
        size_t count = std::min(random.below(70), sent.size() - at);
        std::vector<MppeReceiver::Packet> batch;
        std::vector<Bytes> expected, memory;
        std::vector<Verdict> verdicts;
        for (size_t n = 0; n < count; n++) {
          const auto& [datagram, sequence] = sent[at + n];
          memory.push_back(datagram);
          verdicts.push_back(
              alone.decrypt(datagram, expected.emplace_back(datagram.size()).data(), sequence));
        }
        std::vector<Bytes> out = memory;
        for (size_t n = 0; n < count; n++)
          batch.push_back({in_place ? out[n] : memory[n], out[n].data(), sent[at + n].sequence});
        batches.decrypt(batch);
        for (size_t n = 0; n < count; n++) {
          REQUIRE(batch[n].verdict == verdicts[n]);
          if (verdicts[n] != Verdict::decrypted) continue;
          decrypted++;
          size_t size = out[n].size() - kMppeHeader;
          REQUIRE(std::equal(out[n].begin(), out[n].begin() + static_cast<std::ptrdiff_t>(size),
                             expected[n].begin()));
        }
        at += count;
      }
      CHECK(decrypted > sent.size() / (kind.stateless ? 2 : 10));
    }
}

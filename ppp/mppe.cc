// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/mppe.hh"

#include <algorithm>

namespace callgate::ppp {
namespace {

constexpr uint16_t kFlushed = 0x8000;     // bit A: the key was set anew before this packet
constexpr uint16_t kCompressed = 0x2000;  // bit C: MPPC, which we never negotiate
constexpr uint16_t kEncrypted = 0x1000;   // bit D
constexpr uint16_t kCountMask = kCoherencyCounts - 1;
constexpr uint16_t kFlagInterval = 256;  // packets between two changes of the key in stateful mode

ByteSpan used(const SessionKey& key) {
  return {key.bytes.data(), key.size()};
}

bool is_flag(uint16_t count) {
  return count % kFlagInterval == kFlagInterval - 1;
}

uint16_t ahead(uint16_t count, uint16_t of) {
  return static_cast<uint16_t>(count - of) & kCountMask;
}

uint16_t after(uint16_t count, uint16_t step = 1) {
  return static_cast<uint16_t>(count + step) & kCountMask;
}

}  // namespace

MppeSender::MppeSender(const MasterKey& start, const MppeKind& kind)
    : start_(start), kind_(kind), key_(first_key(start, kind.length)), cipher_(used(key_)) {}

void MppeSender::change_key() {
  key_ = next_key(start_, key_);
  cipher_.set_key(used(key_));
}

void MppeSender::encrypt(ByteSpan plain, uint8_t* to) {
  auto header = static_cast<uint16_t>(kEncrypted | count_);
  if (kind_.stateless || is_flag(count_) || flush_) {
    change_key();
    header |= kFlushed;
    flush_ = false;
  }
  count_ = after(count_);
  to[0] = static_cast<uint8_t>(header >> 8);
  to[1] = static_cast<uint8_t>(header);
  cipher_.apply(plain, to + kMppeHeader);
}

MppeReceiver::MppeReceiver(const MasterKey& start, const MppeKind& kind)
    : start_(start), kind_(kind), key_(first_key(start, kind.length)), cipher_(used(key_)) {}

void MppeReceiver::change_key() {
  key_ = next_key(start_, key_);
}

MppeReceiver::Verdict MppeReceiver::decrypt(ByteSpan datagram, uint8_t* to,
                                            std::optional<Sequence> sequence) {
  Reader reader(datagram);
  uint16_t header = 0;
  reader(header);
  if (!reader.ok() || reader.rest().empty()) return Verdict::malformed;
  if ((header & kEncrypted) == 0 || (header & kCompressed) != 0) return Verdict::malformed;
  bool flushed = (header & kFlushed) != 0;
  uint16_t count = header & kCountMask;
  // Every packet of stateless mode, and every flag packet, has a new key and says so.
  if (!flushed && (kind_.stateless || is_flag(count))) return Verdict::malformed;
  int32_t ahead = distance(count, sequence);
  auto verdict = kind_.stateless ? stateless(ahead, count, reader.rest(), to)
                                 : stateful(ahead, count, flushed, reader.rest(), to);
  if (sequence && ahead >= 0 && verdict == Verdict::decrypted) sequence_ = *sequence + 1;
  return verdict;
}

// Returns how far a packet is ahead of the one that comes next: the number that has these twelve
// bits and is the nearest one to the distance of the sequence numbers. Packets without MPPE use up
// sequence numbers, and a server may drop packets before it numbers them, so the two may differ.
int32_t MppeReceiver::distance(uint16_t count, std::optional<Sequence> sequence) const {
  int32_t packets = sequence && sequence_ ? *sequence - *sequence_ : 0;
  if (packets > kLongestOutage || packets < -kLongestOutage) packets = 0;
  constexpr int32_t kHalf = kCoherencyCounts / 2;
  auto away = static_cast<int32_t>(
      ahead(static_cast<uint16_t>(count + kHalf), after(count_, static_cast<uint16_t>(packets))));
  int32_t nearest = packets + away - kHalf;
  return packets < 0 ? std::min(nearest, -1) : nearest;
}

MppeReceiver::Verdict MppeReceiver::stateless(int32_t ahead, uint16_t count, ByteSpan cipher,
                                              uint8_t* to) {
  if (ahead < 0) {
    bool forgotten = ahead <= -kCoherencyCounts / 2;
    if (forgotten || kept_.empty() || !kept_[count].valid) return Verdict::late;
    kept_[count].valid = false;
    cipher_.set_key(used(kept_[count].key));
    cipher_.apply(cipher, to);
    return Verdict::decrypted;
  }
  if (ahead > 0 && kept_.empty()) kept_.resize(kCoherencyCounts);
  for (; ahead >= 0; ahead--) {
    change_key();
    if (!kept_.empty()) kept_[count_] = {key_, ahead > 0};
    // Half a cycle later a number would mean another packet.
    if (!kept_.empty()) kept_[after(count_, kCoherencyCounts / 2)].valid = false;
    count_ = after(count_);
  }
  cipher_.set_key(used(key_));
  cipher_.apply(cipher, to);
  return Verdict::decrypted;
}

MppeReceiver::Verdict MppeReceiver::stateful(int32_t ahead, uint16_t count, bool flushed,
                                             ByteSpan cipher, uint8_t* to) {
  if (!discard_ && ahead != 0) discard_ = true;
  if (discard_) {
    if (!flushed) return Verdict::lost;
    // The key has changed at each flag packet that was lost as well. This packet's own change
    // follows below. Packets of this mode come in order, so the count has gone on and not back.
    if (ahead < 0) ahead += kCoherencyCounts;
    for (int32_t i = (count_ % kFlagInterval + ahead) / kFlagInterval; i > 0; i--) change_key();
    discard_ = false;
  }
  if (flushed) {
    change_key();
    cipher_.set_key(used(key_));
  }
  count_ = after(count);
  cipher_.apply(cipher, to);
  return Verdict::decrypted;
}

}  // namespace callgate::ppp

// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/mppe.hh"

#include <algorithm>
#include <utility>

namespace callgate::ppp {
namespace {

constexpr uint16_t kFlushed = 0x8000;     // bit A: the key was set anew before this packet
constexpr uint16_t kCompressed = 0x2000;  // bit C: MPPC, which we never negotiate
constexpr uint16_t kEncrypted = 0x1000;   // bit D
constexpr uint16_t kCountMask = kCoherencyCounts - 1;
constexpr uint16_t kFlagInterval = 256;  // packets between two changes of the key in stateful mode

bool is_flag(uint16_t count) {
  return count % kFlagInterval == kFlagInterval - 1;
}

uint16_t ahead(uint16_t count, uint16_t of) {
  return static_cast<uint16_t>(count - of) & kCountMask;
}

uint16_t after(uint16_t count, uint16_t step = 1) {
  return static_cast<uint16_t>(count + step) & kCountMask;
}

SessionKey key_before_first_packet(const MasterKey& start, const MppeKind& kind) {
  SessionKey first = first_key(start, kind.length);
  return kind.stateless ? next_key(start, first) : first;
}

}  // namespace

MppeSender::MppeSender(const MasterKey& start, const MppeKind& kind)
    : start_(start),
      kind_(kind),
      key_(key_before_first_packet(start, kind)),
      cipher_(key_.used()) {}

void MppeSender::encrypt(std::span<const Packet> packets) {
  if (!kind_.stateless) {
    for (const Packet& packet : packets) encrypt_stateful(packet);
    return;
  }
  Rc4Lanes lanes;
  for (const Packet& packet : packets) {
    write_header(true, packet.to);
    key_ = next_key(start_, key_, lanes.vacant());
    lanes.start(packet.plain, packet.to + kMppeHeader);
  }
  lanes.finish();
}

void MppeSender::encrypt_stateful(const Packet& packet) {
  bool flush = std::exchange(flush_, false), new_key = flush || is_flag(count_);
  if (new_key) {
    key_ = next_key(start_, key_);
    cipher_.set_key(key_.used());
  }
  write_header(new_key, packet.to);
  cipher_.apply(packet.plain, packet.to + kMppeHeader);
}

void MppeSender::write_header(bool new_key, uint8_t* to) {
  auto header = static_cast<uint16_t>(kEncrypted | (new_key ? kFlushed : 0) | count_);
  to[0] = static_cast<uint8_t>(header >> 8);
  to[1] = static_cast<uint8_t>(header);
  count_ = after(count_);
}

MppeReceiver::MppeReceiver(const MasterKey& start, const MppeKind& kind)
    : start_(start),
      kind_(kind),
      key_(key_before_first_packet(start, kind)),
      cipher_(key_.used()) {}

void MppeReceiver::decrypt(std::span<Packet> packets) {
  Rc4Lanes lanes;
  for (Packet& packet : packets) packet.verdict = decrypt(packet, lanes);
  lanes.finish();
}

MppeReceiver::Verdict MppeReceiver::decrypt(const Packet& packet, Rc4Lanes& lanes) {
  Reader reader(packet.datagram);
  uint16_t header = 0;
  reader(header);
  if (!reader.ok() || reader.rest().empty()) return Verdict::malformed;
  if ((header & kEncrypted) == 0 || (header & kCompressed) != 0) return Verdict::malformed;
  bool flushed = (header & kFlushed) != 0;
  uint16_t count = header & kCountMask;
  // Every packet of stateless mode, and every flag packet, has a new key and says so.
  if (!flushed && (kind_.stateless || is_flag(count))) return Verdict::malformed;
  int32_t ahead = distance(count, packet.sequence);
  auto verdict = Verdict::decrypted;
  if (!kind_.stateless)
    verdict = stateful(ahead, count, flushed, reader.rest(), packet.to);
  else if (set_stateless_key(ahead, count, lanes))
    lanes.start(reader.rest(), packet.to);
  else
    verdict = Verdict::late;
  if (packet.sequence && ahead >= 0 && verdict == Verdict::decrypted)
    sequence_ = *packet.sequence + 1;
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

// Sets the key of the packet with this count in the vacant lane. Returns false if it is not known.
bool MppeReceiver::set_stateless_key(int32_t ahead, uint16_t count, Rc4Lanes& lanes) {
  if (ahead < 0) {
    bool forgotten = ahead <= -kCoherencyCounts / 2;
    if (forgotten || kept_.empty() || !kept_[count].valid) return false;
    kept_[count].valid = false;
    lanes.vacant().set_key(kept_[count].key.used());
    return true;
  }
  if (ahead > 0 && kept_.empty()) kept_.resize(kCoherencyCounts);
  for (; ahead >= 0; ahead--) {
    if (!kept_.empty()) kept_[count_] = {key_, ahead > 0};
    // Half a cycle later a number would mean another packet.
    if (!kept_.empty()) kept_[after(count_, kCoherencyCounts / 2)].valid = false;
    count_ = after(count_);
    key_ = ahead > 0 ? next_key(start_, key_) : next_key(start_, key_, lanes.vacant());
  }
  return true;
}

MppeReceiver::Verdict MppeReceiver::stateful(int32_t ahead, uint16_t count, bool flushed,
                                             ByteSpan cipher, uint8_t* to) {
  if (!discard_ && ahead != 0) discard_ = true;
  if (discard_) {
    if (!flushed) return Verdict::lost;
    // The key has changed at each flag packet that was lost as well. This packet's own change
    // follows below. Packets of this mode come in order, so the count has gone on and not back.
    if (ahead < 0) ahead += kCoherencyCounts;
    for (int32_t i = (count_ % kFlagInterval + ahead) / kFlagInterval; i > 0; i--)
      key_ = next_key(start_, key_);
    discard_ = false;
  }
  if (flushed) {
    key_ = next_key(start_, key_);
    cipher_.set_key(key_.used());
  }
  count_ = after(count);
  cipher_.apply(cipher, to);
  return Verdict::decrypted;
}

}  // namespace callgate::ppp

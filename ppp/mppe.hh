// SPDX-License-Identifier: GPL-2.0-or-later
// Encrypts and decrypts datagrams with MPPE (RFC 3078), one direction each.
//
// A datagram is a 16-bit header in network byte order (four flags, and a coherency count of twelve
// bits) and RC4 of a protocol number with its packet. In stateless mode the key changes with every
// packet, so that each packet can be decrypted whatever was lost before it. The receiver keeps the
// keys of the packets that it has skipped: one that comes late is decrypted with its own key, and
// nothing has to wait for it. In stateful mode the key changes every 256 packets, and a loss costs
// everything until the sender has answered a Reset-Request with a new key.
//
// The count has only twelve bits. The sequence number of GRE tells how many packets an outage has
// lost, because each packet has both.
//
// Stateless packets of a batch are encrypted or decrypted in lockstep, which takes three quarters of
// the time. The key of the packet that comes next is made while the cipher of the last one is set up.
//
// MPPE has no integrity. The sequence number of GRE decides what is new (gre/receive_window.hh).
#pragma once

#include <optional>
#include <span>

#include "common/wire/ids.hh"
#include "ppp/mppe_keys.hh"
#include "ppp/rc4_lanes.hh"

namespace callgate::ppp {

constexpr size_t kMppeHeader = 2;              // bytes
constexpr uint16_t kCoherencyCounts = 4096;    // numbers before it wraps
constexpr int32_t kLongestOutage = 1'000'000;  // packets; a longer jump is another numbering

class MppeSender {
 public:
  MppeSender(const MasterKey& start, const MppeKind& kind);

  // Encrypts each `plain` (a protocol number and its packet) after the header, to `to`, which has
  // room for kMppeHeader bytes more. Both may be the same memory if `plain` begins kMppeHeader
  // after it.
  struct Packet {
    ByteSpan plain;
    uint8_t* to;
  };
  void encrypt(std::span<const Packet> packets);
  void encrypt(ByteSpan plain, uint8_t* to) {
    Packet packet{plain, to};
    encrypt({&packet, 1});
  }

  // The other side has sent a Reset-Request: the next packet has a new key, and says so.
  void reset() { flush_ = true; }

 private:
  void write_header(bool new_key, uint8_t* to);
  void encrypt_stateful(const Packet& packet);

  MasterKey start_;
  MppeKind kind_;
  SessionKey key_;      // stateless: of the next packet
  Rc4 cipher_;          // stateful
  uint16_t count_ = 0;  // of the next packet
  bool flush_ = false;
};

class MppeReceiver {
 public:
  enum class Verdict : uint8_t {
    decrypted,
    late,       // its key is not kept any more, or has been used
    malformed,  // too short, not encrypted, or compressed
    lost,       // stateful: a packet is missing. A Reset-Request is needed, and this one is dropped
  };

  MppeReceiver(const MasterKey& start, const MppeKind& kind);

  // Decrypts each datagram to `to`, which has room for as much as it, less the header, and may be
  // the same memory. `sequence`: of the GRE packet that brought it. Without it, the count says
  // alone how far the packet is ahead.
  struct Packet {
    ByteSpan datagram;
    uint8_t* to;
    std::optional<Sequence> sequence;
    Verdict verdict = Verdict::malformed;  // the result
  };
  void decrypt(std::span<Packet> packets);
  Verdict decrypt(ByteSpan datagram, uint8_t* to, std::optional<Sequence> sequence = std::nullopt) {
    Packet packet{datagram, to, sequence};
    decrypt({&packet, 1});
    return packet.verdict;
  }

 private:
  int32_t distance(uint16_t count, std::optional<Sequence> sequence) const;
  Verdict decrypt(const Packet& packet, Rc4Lanes& lanes);
  bool set_stateless_key(int32_t ahead, uint16_t count, Rc4Lanes& lanes);
  Verdict stateful(int32_t ahead, uint16_t count, bool flushed, ByteSpan cipher, uint8_t* to);

  // The key of a packet that was skipped.
  struct Kept {
    SessionKey key;
    bool valid = false;
  };

  MasterKey start_;
  MppeKind kind_;
  SessionKey key_;                    // stateless: of the packet that comes next
  Rc4 cipher_;                        // stateful
  uint16_t count_ = 0;                // of the packet that comes next
  std::optional<Sequence> sequence_;  // that this packet has if no other packets are between
  bool discard_ = false;              // stateful: nothing is decrypted until a packet has a new key
  std::vector<Kept> kept_;            // stateless: by count; empty until a packet is skipped
};

}  // namespace callgate::ppp

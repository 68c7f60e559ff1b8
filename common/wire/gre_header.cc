// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/wire/gre_header.hh"

namespace callgate {
namespace {

// First 16 bits: C R K S s Recur(3) A Flags(4) Ver(3). K is always 1, Ver is always 1; C, R, s,
// Recur and Flags are always 0.
constexpr uint16_t kFixedBits = 0xEF7F;  // all but S and A
constexpr uint16_t kFixedValue = 0x2001;
constexpr uint16_t kSequenceBit = 0x1000;
constexpr uint16_t kAckBit = 0x0080;

constexpr size_t kIpv4HeaderSize = 20;
constexpr uint16_t kMoreFragments = 0x2000, kFragmentOffset = 0x1FFF;

}  // namespace

std::string_view describe(GreError error) {
  switch (error) {
    case GreError::truncated: return "truncated";
    case GreError::not_enhanced: return "not an enhanced GRE header";
    case GreError::no_payload_bit:
      return "payload without the sequence bit, or neither of them and no acknowledgement";
  }
  return "invalid";
}

std::variant<GrePacket, GreError> parse_gre(ByteSpan bytes) {
  Reader reader(bytes);
  uint16_t flags = 0, protocol = 0, payload_size = 0;
  GrePacket packet;
  reader(flags, protocol, payload_size, packet.call_id);
  if (!reader.ok()) return GreError::truncated;
  if ((flags & kFixedBits) != kFixedValue || protocol != kGreProtocolPpp)
    return GreError::not_enhanced;

  if (flags & kSequenceBit) reader(packet.sequence.emplace().number);
  if (flags & kAckBit) reader(packet.acknowledgement.emplace().number);
  packet.payload = reader.take(payload_size);
  if (!reader.ok()) return GreError::truncated;
  if (!packet.sequence && !packet.payload.empty()) return GreError::no_payload_bit;
  if (!packet.sequence && !packet.acknowledgement) return GreError::no_payload_bit;
  return packet;
}

std::optional<GreBeginning> parse_gre_beginning(ByteSpan bytes) {
  Reader reader(bytes);
  uint16_t flags = 0, protocol = 0, payload_size = 0;
  GreBeginning packet;
  reader(flags, protocol, payload_size, packet.call_id);
  if (!reader.ok() || (flags & kFixedBits) != kFixedValue || protocol != kGreProtocolPpp)
    return std::nullopt;
  packet.size =
      kGreBeginning + (flags & kSequenceBit ? 4 : 0) + (flags & kAckBit ? 4 : 0) + payload_size;
  return packet;
}

std::optional<ByteSpan> strip_ipv4_header(ByteSpan packet) {
  if (packet.size() < kIpv4HeaderSize || packet[0] >> 4 != 4) return std::nullopt;
  size_t header = size_t{packet[0] & 0x0Fu} * 4;
  size_t total = size_t{packet[2]} << 8 | packet[3];
  unsigned fragment = unsigned{packet[6]} << 8 | packet[7];
  if (fragment & (kMoreFragments | kFragmentOffset)) return std::nullopt;
  if (header < kIpv4HeaderSize || total < header || packet.size() < total) return std::nullopt;
  return packet.subspan(header, total - header);
}

size_t write_gre_header(std::span<uint8_t, kMaxGreHeaderSize> out, CallId peer_call_id,
                        uint16_t payload_size, std::optional<Sequence> sequence,
                        std::optional<Sequence> acknowledgement) {
  size_t at = 0;
  auto put16 = [&](unsigned v) {
    out[at++] = static_cast<uint8_t>(v >> 8);
    out[at++] = static_cast<uint8_t>(v);
  };
  auto put32 = [&](uint32_t v) {
    put16(v >> 16);
    put16(v & 0xFFFF);
  };
  put16(kFixedValue | (sequence ? kSequenceBit : 0u) | (acknowledgement ? kAckBit : 0u));
  put16(kGreProtocolPpp);
  put16(payload_size);
  put16(value(peer_call_id));
  if (sequence) put32(sequence->number);
  if (acknowledgement) put32(acknowledgement->number);
  return at;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/ip_packet.hh"

namespace callgate {
namespace {

constexpr size_t kIpv4Header = 20, kIpv6Header = 40, kTcpHeader = 20;  // bytes, without options
constexpr uint8_t kTcp = 6;                                            // protocol number
constexpr uint8_t kSyn = 0x02;
constexpr uint8_t kEndOfOptions = 0, kNoOperation = 1, kSegmentSize = 2;  // kinds of TCP options
constexpr uint8_t kSegmentSizeLength = 4;

uint16_t word(ByteSpan bytes, size_t at) {
  return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

void put(std::span<uint8_t> bytes, size_t at, uint16_t value) {
  bytes[at] = static_cast<uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<uint8_t>(value);
}

size_t ipv4_header(ByteSpan bytes) {
  return (bytes[0] & 0x0Fu) * 4u;
}

// Returns the TCP segment in a packet; empty if there is none, or only a later fragment of one.
std::span<uint8_t> tcp_segment(const IpPacket& packet) {
  auto bytes = packet.bytes;
  if (packet.version == IpVersion::v6)
    return bytes[6] == kTcp ? bytes.subspan(kIpv6Header) : std::span<uint8_t>{};
  bool later_fragment = (word(bytes, 6) & 0x1FFF) != 0;
  if (bytes[9] != kTcp || later_fragment) return {};
  return bytes.subspan(ipv4_header(bytes));
}

// Returns where the value of the option is in the segment; 0 = there is none.
size_t segment_size_at(ByteSpan tcp, size_t header) {
  for (size_t at = kTcpHeader; at < header;) {
    uint8_t kind = tcp[at];
    if (kind == kEndOfOptions) return 0;
    if (kind == kNoOperation) {
      at++;
      continue;
    }
    if (at + 1 >= header) return 0;
    uint8_t length = tcp[at + 1];
    if (length < 2 || at + length > header) return 0;
    if (kind == kSegmentSize) return length == kSegmentSizeLength ? at + 2 : 0;
    at += length;
  }
  return 0;
}

// Corrects the checksum at `at` for a word that has changed (RFC 1624 section 3). A word at an odd
// place counts with its bytes swapped.
void correct(std::span<uint8_t> bytes, size_t at, uint16_t before, uint16_t after, bool odd) {
  auto swapped = [&](uint16_t value) {
    return odd ? static_cast<uint16_t>(value << 8 | value >> 8) : value;
  };
  uint32_t sum = static_cast<uint16_t>(~word(bytes, at));
  sum += static_cast<uint16_t>(~swapped(before));
  sum += swapped(after);
  sum = (sum & 0xFFFF) + (sum >> 16);
  sum = (sum & 0xFFFF) + (sum >> 16);
  put(bytes, at, static_cast<uint16_t>(~sum));
}

}  // namespace

std::optional<IpPacket> parse_ip_packet(std::span<uint8_t> bytes) {
  if (bytes.empty()) return std::nullopt;
  uint8_t version = bytes[0] >> 4;
  if (version == 4 && bytes.size() >= kIpv4Header) {
    size_t header = ipv4_header(bytes), size = word(bytes, 2);
    if (header < kIpv4Header || size < header || size > bytes.size()) return std::nullopt;
    return IpPacket{IpVersion::v4, bytes.first(size)};
  }
  if (version == 6 && bytes.size() >= kIpv6Header) {
    size_t size = kIpv6Header + word(bytes, 4);
    if (size > bytes.size()) return std::nullopt;
    return IpPacket{IpVersion::v6, bytes.first(size)};
  }
  return std::nullopt;
}

bool clamp_segment_size(const IpPacket& packet, uint16_t mtu) {
  auto tcp = tcp_segment(packet);
  if (tcp.size() < kTcpHeader || (tcp[13] & kSyn) == 0) return false;
  size_t header = (tcp[12] >> 4) * 4u;
  if (header < kTcpHeader || header > tcp.size()) return false;
  size_t at = segment_size_at(tcp, header);
  size_t headers = (packet.version == IpVersion::v4 ? kIpv4Header : kIpv6Header) + kTcpHeader;
  if (at == 0 || mtu <= headers) return false;
  auto limit = static_cast<uint16_t>(mtu - headers);
  uint16_t before = word(tcp, at);
  if (before <= limit) return false;
  put(tcp, at, limit);
  correct(tcp, 16, before, limit, at % 2 != 0);
  return true;
}

}  // namespace callgate

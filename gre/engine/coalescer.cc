// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/coalescer.hh"

#include <algorithm>
#include <ranges>

namespace callgate {
namespace {

constexpr size_t kIpv4Header = 20, kIpv6Header = 40, kTcpHeader = 20;  // bytes
constexpr uint8_t kTcp = 6;
constexpr uint8_t kFin = 0x01, kPush = 0x08, kAck = 0x10, kEce = 0x40;
constexpr uint16_t kDontFragment = 0x4000;
constexpr size_t kLargest = 65535;  // bytes: what a length of IPv4 can say

bool is_v4(ByteSpan packet) {
  return packet[0] >> 4 == 4;
}

bool same_bytes(ByteSpan a, ByteSpan b, size_t from, size_t to) {
  return std::ranges::equal(a.subspan(from, to - from), b.subspan(from, to - from));
}

// The sum of the pseudo-header (RFC 9293 section 3.1).
uint64_t pseudo_sum(ByteSpan packet, size_t transport_size) {
  uint64_t sum = as_in_memory(kTcp) + uint64_t{as_in_memory(static_cast<uint16_t>(transport_size))};
  return add_up(is_v4(packet) ? packet.subspan(12, 8) : packet.subspan(8, 32), sum);
}

}  // namespace

std::optional<Coalescer::Tcp> Coalescer::parse(ByteSpan packet) {
  bool v4 = is_v4(packet);
  Tcp tcp{.transport = v4 ? kIpv4Header : kIpv6Header};
  if (packet.size() < tcp.transport + kTcpHeader || packet[v4 ? 9 : 6] != kTcp) return std::nullopt;
  if (v4 && (packet[0] != 0x45 || (word_at(packet, 6) & ~kDontFragment) != 0)) return std::nullopt;
  auto transport = packet.subspan(tcp.transport);
  size_t size = (transport[12] >> 4) * 4u;
  if (size < kTcpHeader || size > transport.size()) return std::nullopt;
  tcp.headers = tcp.transport + size;
  tcp.sequence = uint32_t{word_at(transport, 4)} << 16 | word_at(transport, 6);
  tcp.last = (transport[13] & (kFin | kPush)) != 0;
  bool plain = (transport[13] & ~(kFin | kPush | kEce)) == kAck;
  tcp.joinable = plain && packet.size() > tcp.headers && packet.size() <= kLargest;
  return tcp;
}

bool Coalescer::same_connection(ByteSpan a, const Tcp& tcp, ByteSpan b) {
  return a[0] == b[0] && same_bytes(a, b, tcp.transport, tcp.transport + 4) &&
         same_bytes(a, b, is_v4(a) ? 12 : 8, tcp.transport);
}

// Everything but lengths, sums, the sequence number, FIN and PSH. IPv4's identification is compared
// in join().
bool Coalescer::same_headers(ByteSpan a, const Tcp& tcp, ByteSpan b) {
  bool ip = is_v4(a) ? same_bytes(a, b, 0, 2) && same_bytes(a, b, 6, 10)
                     : same_bytes(a, b, 0, 4) && same_bytes(a, b, 6, 8);
  size_t at = tcp.transport;
  return ip && same_bytes(a, b, at + 8, at + 13) && ((a[at + 13] ^ b[at + 13]) & kEce) == 0 &&
         same_bytes(a, b, at + 14, at + 16) && same_bytes(a, b, at + 18, tcp.headers);
}

bool Coalescer::sums_are_right(ByteSpan packet, const Tcp& tcp) {
  if (is_v4(packet) && folded(add_up(packet.first(kIpv4Header))) != UINT16_MAX) return false;
  auto transport = packet.subspan(tcp.transport);
  return folded(add_up(transport, pseudo_sum(packet, transport.size()))) == UINT16_MAX;
}

Coalescer::Group* Coalescer::latest_of(ByteSpan packet, const Tcp& tcp) {
  for (Group& group : groups_ | std::views::reverse) {
    bool is_tcp = group.tcp.headers > 0;
    if (!is_tcp) return nullptr;  // perhaps a fragment of the same connection
    if (same_connection(group.first, tcp, packet)) return &group;
  }
  return nullptr;
}

void Coalescer::add(std::span<uint8_t> packet) {
  auto tcp = parse(packet);
  if (tcp && tcp->joinable)
    if (Group* group = latest_of(packet, *tcp); group && join(*group, packet, *tcp)) return;
  Group& made = groups_.emplace_back(Group{.first = packet, .size = packet.size()});
  if (!tcp) return;
  made.tcp = *tcp;
  made.open = tcp->joinable && !tcp->last;
  made.next_sequence = tcp->sequence + static_cast<uint32_t>(packet.size() - tcp->headers);
}

bool Coalescer::join(Group& group, std::span<uint8_t> packet, const Tcp& tcp) {
  if (!group.open || tcp.headers != group.tcp.headers || tcp.sequence != group.next_sequence ||
      !same_headers(group.first, tcp, packet))
    return false;
  size_t payload = packet.size() - tcp.headers;
  size_t segment = group.first.size() - group.tcp.headers;
  if (payload > segment || group.size + payload > kLargest) return false;
  // RFC 6864: the identification has no meaning in a packet that may not be fragmented.
  bool numbered = is_v4(packet) && (word_at(packet, 6) & kDontFragment) == 0;
  if (numbered &&
      static_cast<uint16_t>(word_at(group.first, 4) + group.packets) != word_at(packet, 4))
    return false;
  if (!group.verified && !sums_are_right(group.first, group.tcp)) return group.open = false;
  group.verified = true;
  if (!sums_are_right(packet, tcp)) return group.open = false;

  members_.push_back({packet.subspan(tcp.headers)});
  size_t index = members_.size() - 1;
  (group.packets == 1 ? group.second : members_[group.last].next) = index;
  group.last = index;
  group.packets++;
  group.size += payload;
  group.next_sequence += static_cast<uint32_t>(payload);
  group.open = !tcp.last && payload == segment;
  if (tcp.last) group.first[tcp.transport + 13] |= packet[tcp.transport + 13];
  return true;
}

// Makes the first packet's header that of the large packet.
VirtioHeader Coalescer::complete(Group& group) {
  auto& first = group.first;
  size_t transport = group.tcp.transport;
  if (is_v4(first)) {
    put_word(&first[2], static_cast<uint16_t>(group.size));
    put_word(&first[10], 0);
    put_sum(&first[10], static_cast<uint16_t>(~folded(add_up(first.first(kIpv4Header)))));
  } else {
    put_word(&first[4], static_cast<uint16_t>(group.size - kIpv6Header));
  }
  put_sum(&first[transport + 16], folded(pseudo_sum(first, group.size - transport)));
  return {.flags = VirtioHeader::kNeedsChecksum,
          .type = is_v4(first) ? VirtioHeader::kTcp4 : VirtioHeader::kTcp6,
          .header_size = static_cast<uint16_t>(group.tcp.headers),
          .segment_size = static_cast<uint16_t>(first.size() - group.tcp.headers),
          .checksum_start = static_cast<uint16_t>(transport),
          .checksum_offset = 16};
}

std::span<const iovec> Coalescer::pieces(Group& group) {
  header_ = group.packets > 1 ? complete(group) : VirtioHeader{};
  pieces_.clear();
  pieces_.push_back({&header_, sizeof header_});
  pieces_.push_back({group.first.data(), group.first.size()});
  size_t at = group.second;
  for (size_t i = 1; i < group.packets; i++, at = members_[at].next)
    pieces_.push_back({members_[at].payload.data(), members_[at].payload.size()});
  return pieces_;
}

}  // namespace callgate

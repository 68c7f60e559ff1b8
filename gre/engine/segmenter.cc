// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/segmenter.hh"

#include <algorithm>
#include <cstring>

#include "gre/engine/checksum.hh"

namespace callgate {
namespace {

constexpr size_t kIpv4Header = 20, kIpv6Header = 40, kTcpHeader = 20, kUdpHeader = 8;  // bytes
constexpr uint8_t kTcp = 6, kUdp = 17;                                                 // protocols
constexpr size_t kTcpSum = 16, kUdpSum = 6;  // place of the checksum in the header
constexpr uint8_t kFin = 0x01, kPush = 0x08, kCongestionWindowReduced = 0x80;

}  // namespace

std::optional<Segmenter> Segmenter::of(std::span<uint8_t> read) {
  VirtioHeader header;
  if (read.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, read.data(), sizeof header);
  auto ip = parse_ip_packet(read.subspan(sizeof header));
  if (!ip || header.header_size > ip->bytes.size()) return std::nullopt;
  Segmenter made;
  made.packet_ = ip->bytes;
  made.version_ = ip->version;
  bool v4 = ip->version == IpVersion::v4, taken = false;
  switch (header.type & ~VirtioHeader::kEcn) {
    case VirtioHeader::kWhole: taken = made.takes_whole(header); break;
    case VirtioHeader::kTcp4: taken = v4 && made.takes_tcp(header); break;
    case VirtioHeader::kTcp6: taken = !v4 && made.takes_tcp(header); break;
    case VirtioHeader::kUdp: taken = made.takes_udp(header); break;
    default: break;
  }
  return taken ? std::optional(made) : std::nullopt;
}

bool Segmenter::takes_whole(const VirtioHeader& header) {
  sum_ = (header.flags & VirtioHeader::kNeedsChecksum) != 0;
  transport_ = header.checksum_start;
  sum_at_ = transport_ + header.checksum_offset;
  size_t least = version_ == IpVersion::v4 ? kIpv4Header : kIpv6Header;
  return !sum_ || (transport_ >= least && sum_at_ + 2 <= packet_.size());
}

bool Segmenter::takes_tcp(const VirtioHeader& header) {
  if (header.checksum_offset != kTcpSum || !takes_segments(header, kTcp)) return false;
  if (packet_.size() - transport_ < kTcpHeader) return false;
  size_t size = (packet_[transport_ + 12] >> 4) * 4u;
  headers_ = transport_ + size;
  tcp_ = true;
  if (size < kTcpHeader || headers_ >= packet_.size()) return false;
  packets_ = (packet_.size() - headers_ + segment_ - 1) / segment_;
  return packets_ <= kMostPackets;
}

bool Segmenter::takes_udp(const VirtioHeader& header) {
  if (header.checksum_offset != kUdpSum || !takes_segments(header, kUdp)) return false;
  headers_ = transport_ + kUdpHeader;
  if (headers_ >= packet_.size()) return false;
  packets_ = (packet_.size() - headers_ + segment_ - 1) / segment_;
  return packets_ <= kMostPackets;
}

// The sum of the pseudo-header in the packet is the kernel's: only it knows, for instance, the last
// destination of an IPv6 packet with a routing header.
bool Segmenter::takes_segments(const VirtioHeader& header, uint8_t protocol) {
  sum_ = true;
  transport_ = header.checksum_start;
  sum_at_ = transport_ + header.checksum_offset;
  segment_ = header.segment_size;
  bool sum_begun = (header.flags & VirtioHeader::kNeedsChecksum) != 0;
  return sum_begun && segment_ > 0 && transport_ < packet_.size() && carries(protocol);
}

bool Segmenter::carries(uint8_t protocol) const {
  if (version_ == IpVersion::v6)  // between the headers there may be others
    return transport_ == kIpv6Header ? packet_[6] == protocol : transport_ > kIpv6Header;
  bool fragment = (word_at(packet_, 6) & 0x3FFF) != 0;
  return transport_ == (packet_[0] & 0x0Fu) * 4u && packet_[9] == protocol && !fragment;
}

size_t Segmenter::size(size_t i) const {
  if (segment_ == 0) return packet_.size();
  return headers_ + std::min(segment_, packet_.size() - headers_ - i * segment_);
}

void Segmenter::write_whole(uint8_t* to) const {
  if (!sum_) {
    std::copy(packet_.begin(), packet_.end(), to);
    return;
  }
  std::memcpy(to, packet_.data(), transport_);
  uint64_t sum = copy_and_add_up(packet_.subspan(transport_), to + transport_);
  auto result = static_cast<uint16_t>(~folded(sum));
  // 0 means "no checksum" in UDP, and the same as 0xFFFF everywhere else (RFC 768).
  put_sum(to + sum_at_, result == 0 ? UINT16_MAX : result);
}

void Segmenter::write(size_t i, uint8_t* to) const {
  if (segment_ == 0) return write_whole(to);
  size_t first = i * segment_, size = this->size(i);
  std::memcpy(to, packet_.data(), headers_);
  uint8_t* transport = to + transport_;
  auto transport_size = static_cast<uint16_t>(size - transport_);
  if (version_ == IpVersion::v4) {
    put_word(to + 2, static_cast<uint16_t>(size));
    put_word(to + 4, static_cast<uint16_t>(word_at(packet_, 4) + i));  // identification
    put_word(to + 10, 0);
    put_sum(to + 10, static_cast<uint16_t>(~folded(add_up({to, transport_}))));
  } else {
    put_word(to + 4, static_cast<uint16_t>(size - kIpv6Header));
  }
  if (tcp_) {
    uint32_t sequence =
        uint32_t{word_at(packet_, transport_ + 4)} << 16 | word_at(packet_, transport_ + 6);
    sequence += static_cast<uint32_t>(first);
    put_word(transport + 4, static_cast<uint16_t>(sequence >> 16));
    put_word(transport + 6, static_cast<uint16_t>(sequence));
    if (i > 0) transport[13] &= static_cast<uint8_t>(~kCongestionWindowReduced);
    if (i + 1 < packets_) transport[13] &= static_cast<uint8_t>(~(kFin | kPush));
  } else {
    put_word(transport + 4, transport_size);
  }
  // The sum that is there has the length of the large packet in it.
  uint16_t begun;
  std::memcpy(&begun, packet_.data() + sum_at_, sizeof begun);
  uint64_t sum = begun;
  sum += static_cast<uint16_t>(~as_in_memory(static_cast<uint16_t>(packet_.size() - transport_)));
  sum += as_in_memory(transport_size);
  put_word(to + sum_at_, 0);
  sum += add_up({transport, headers_ - transport_});
  sum += copy_and_add_up(packet_.subspan(headers_ + first, size - headers_), to + headers_);
  auto result = static_cast<uint16_t>(~folded(sum));
  put_sum(to + sum_at_, result == 0 && !tcp_ ? UINT16_MAX : result);
}

}  // namespace callgate

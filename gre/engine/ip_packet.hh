// SPDX-License-Identifier: GPL-2.0-or-later
// The IP packets that pass a tunnel: what one looks like from outside, and the one thing that is
// changed in them.
#pragma once

#include <optional>

#include "common/wire/bytes.hh"

namespace callgate {

enum class IpVersion : uint8_t { v4, v6 };

struct IpPacket {
  IpVersion version{};
  std::span<uint8_t> bytes;  // without padding
};

// Returns nullopt if the bytes do not begin with a whole IP packet: the version, the length of the
// header and the length of the packet have to fit.
std::optional<IpPacket> parse_ip_packet(std::span<uint8_t> bytes);

// Lowers the maximum segment size in a TCP SYN so that the segments fit into packets of `mtu` bytes
// (RFC 9293 section 3.7.1), and corrects the checksum (RFC 1624). Without this, a connection hangs
// if a firewall drops the ICMP messages that report a smaller MTU. Returns whether the packet was
// changed.
bool clamp_segment_size(const IpPacket& packet, uint16_t mtu);

}  // namespace callgate

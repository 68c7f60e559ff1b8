// SPDX-License-Identifier: GPL-2.0-or-later
// pppd's demand: the IP packet for which a tunnel dials.
#pragma once

#include <optional>

#include "common/wire/bytes.hh"

namespace callgate {

// Whether a packet is worth a call. As in pppd, a later fragment and the last segment of a TCP
// connection without data are not: who sends them has no use for a new call. IPv6 comes up with the
// link, so an IPv6 packet has no address yet that the server knows.
bool starts_call(ByteSpan packet);

// Reads the interface up to such a packet, and drops the others. Returns it with the virtio header
// before it (large_packets.hh), or nullopt if there is none.
std::optional<Bytes> read_first_packet(int tun);

// Drops what waits in the interface.
void drop_packets(int tun);

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// ICMPv6 errors (RFC 4443) about packets of ours, as the error queue of a raw IPv6 socket has them:
// with the beginning of the packet. Whoever is on the network can forge one, and the kernel hands
// it to every raw socket with these two addresses.
#pragma once

#include <array>

#include "common/wire/gre_header.hh"

namespace callgate {

struct IcmpError {
  bool local = false;  // no ICMP message, but this host's own: the queue has them as well
  uint8_t type = 0, code = 0;
  uint32_t mtu = 0;                             // in "packet too big"
  std::array<uint8_t, kGreBeginning> quoted{};  // of our packet, from the GRE header on
  size_t quoted_size = 0;                       // bytes, as far as they were quoted
};

// The error number that a raw IPv4 socket has for the like of it. 0 = it would have none, because
// the trouble may pass; or the message is to be ignored, because it is not about a packet of the
// call that the server knows as `peer_call_id`, or tells of an MTU that IPv6 does not go down to or
// that the packet would have fit into (RFC 8201 section 4). The kernel ignores those MTUs as well.
int error_number(const IcmpError& error, CallId peer_call_id);

}  // namespace callgate

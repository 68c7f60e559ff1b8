// SPDX-License-Identifier: GPL-2.0-or-later
// ICMPv6 errors (RFC 4443) about packets that we sent. The error queue of a raw IPv6 socket holds
// them, each with the beginning of the packet. Anyone on the network can forge one, and the kernel
// gives it to every raw socket with the same two addresses.
#pragma once

#include <array>

#include "common/wire/gre_header.hh"

namespace callgate {

struct IcmpError {
  bool local = false;  // not from the network: this host has reported it
  uint8_t type = 0, code = 0;
  uint32_t mtu = 0;                             // in "packet too big"
  std::array<uint8_t, kGreBeginning> quoted{};  // of our packet, from the GRE header on
  size_t quoted_size = 0;                       // bytes, as far as they were quoted
};

// Returns the error number that a raw IPv4 socket has for the same trouble. Returns 0 if it would
// have none, because the trouble may pass, and if the message is to be ignored:
//  - It is not about a packet of the call that the server knows as `peer_call_id`.
//  - It tells of an MTU below the least of IPv6, or of one into which the packet fits (RFC 8201
//    section 4). The kernel ignores such an MTU, too.
int error_number(const IcmpError& error, CallId peer_call_id);

}  // namespace callgate

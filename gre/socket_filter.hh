// SPDX-License-Identifier: GPL-2.0-or-later
// Classic BPF programs for the raw GRE socket. The kernel offers every GRE packet from the server
// to every raw socket connected to it. The filter selects those of one call before any process
// wakes.
//
// The filter decides whose packet it is (enhanced GRE for this call ID, from this server). Errors
// inside a packet of this call are left to parse_gre(), so that they are counted.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "common/wire/ids.hh"
#include "common/wire/ip_address.hh"

namespace callgate {

using FilterProgram = std::vector<sock_filter>;

FilterProgram drop_everything();

// The filter of a raw IPv4 socket sees a packet from the IP header on, that of a raw IPv6 socket
// from the GRE header on. With IPv6, the source is checked only because the socket is connected.
FilterProgram accept_call(CallId call, const IpAddress& server);

// Both throw OsError.
void attach_filter(int socket, const FilterProgram& program);  // replaces the present one
void lock_filter(int socket);  // it can never be replaced or removed again

}  // namespace callgate

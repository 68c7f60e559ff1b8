// SPDX-License-Identifier: GPL-2.0-or-later
// Classic BPF programs for the raw GRE socket. The kernel offers every GRE packet of the server to
// every raw socket connected to it; the filter picks those of one call before any process wakes.
//
// It decides whose packet it is (enhanced GRE for this call ID, from this server). What is wrong
// inside a packet that is ours is left to parse_gre(), which counts it.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "common/wire/ids.hh"
#include "common/wire/ip_address.hh"

namespace callgate {

using FilterProgram = std::vector<sock_filter>;

FilterProgram drop_everything();

// A raw IPv4 socket's filter sees the packet from the IP header on, an IPv6 one's from the GRE
// header on. There, the connected socket alone checks the source.
FilterProgram accept_call(CallId call, const IpAddress& server);

// Both throw OsError.
void attach_filter(int socket, const FilterProgram& program);  // replaces one that is there
void lock_filter(int socket);  // from here on it cannot be replaced or removed

}  // namespace callgate

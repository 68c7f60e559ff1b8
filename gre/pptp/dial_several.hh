// SPDX-License-Identifier: GPL-2.0-or-later
// Dials the servers of a tunnel until one of them takes the call (pptp --server).
#pragma once

#include "common/command_line/pptp_options.hh"

namespace callgate {

// Names the tunnel for the pptp that a pppd starts, if pptp call TUNNEL has started pppd.
constexpr const char* kTunnelVariable = "CALLGATE_TUNNEL";

// `alive` is a descriptor whose other end pppd, or the tunnel process, holds. Returns only on
// failure, with the exit status; on success this process is pptp-gre.
int dial_several(PptpOptions options, int alive);

}  // namespace callgate

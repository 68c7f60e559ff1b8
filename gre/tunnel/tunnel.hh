// SPDX-License-Identifier: GPL-2.0-or-later
// The tunnel process: pptp without pppd. It has the tun device, the addresses, routes, name servers
// and scripts of a tunnel, and starts a gateway for each attempt (pppd's persist). It parses
// nothing that the server sends: the gateway reports (common/channel/link_report.hh).
#pragma once

#include <functional>

#include "common/pppd/tunnel_options.hh"

namespace callgate {

// Runs until the tunnel is over, and returns pppd's exit status (pppd(8)). For each attempt `dial`
// is called in a child. It becomes the gateway, which has the descriptors of
// common/channel/link_options.hh, and never returns.
int run_tunnel(const TunnelOptions& options, const std::function<void()>& dial);

}  // namespace callgate

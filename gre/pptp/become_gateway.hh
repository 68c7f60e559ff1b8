// SPDX-License-Identifier: GPL-2.0-or-later
// From pptp to the gateway that it becomes: pptp-gre's command line, and its descriptor 3.
#pragma once

#include "common/channel/channel.hh"
#include "gre/pptp/options.hh"

namespace callgate {

constexpr int kGatewayChannel = 3;  // the descriptor on which pptp-gre finds the call manager

// argv of pptp-gre; options.call.servers are resolved.
std::vector<std::string> gateway_arguments(const Options& options);

// Becomes pptp-gre. Returns only on failure, and then why.
Reason hand_over(const Options& options, Channel channel);

}  // namespace callgate

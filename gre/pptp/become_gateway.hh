// SPDX-License-Identifier: GPL-2.0-or-later
// pptp becomes pptp-gre: the same process, with the channel and the settings on fixed descriptors.
#pragma once

#include "common/channel/channel.hh"
#include "common/command_line/pptp_options.hh"

namespace callgate {

// What pptp-gre is told. options.call.servers are resolved.
GatewaySettings gateway_settings(const PptpOptions& options);

// argv of pptp-gre. Nobody parses it: it shows in a process list which tunnel this is.
std::vector<std::string> gateway_words(const PptpOptions& options);

// Returns only on failure, with the reason.
Reason become_gateway(const PptpOptions& options, Channel channel);

}  // namespace callgate

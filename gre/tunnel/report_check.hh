// SPDX-License-Identifier: GPL-2.0-or-later
// What the tunnel process believes of a gateway's report. The gateway parses what the server sends,
// so it may have been taken over.
#pragma once

#include <optional>
#include <string>

#include "common/channel/link_report.hh"

namespace callgate {

// Says what is wrong with the addresses of ipv4_up or the identifiers of ipv6_up, or returns
// nullopt.
std::optional<std::string> trouble(const LinkReport& report);

// The same report, with an MTU within the kernel's limits and ours, and without name servers that
// are no hosts of a network.
LinkReport cleaned(LinkReport report, uint16_t most_mtu);

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Decides which host route a server needs. It asks the kernel how the server would be reached if
// our host route were not there, and never answers with a way through the server's own tunnel.
#pragma once

#include <variant>
#include <vector>

#include "common/system/rtnetlink.hh"

namespace callgate {

using Interfaces = std::vector<uint32_t>;

// No host route helps: the server is this host, another table decides, or somebody else has made a
// host route.
struct NotNeeded {};
// There is no way at the moment, except through `tunnel` if that is not empty.
struct Blocked {
  std::string tunnel;
};
using WayOut = std::variant<NotNeeded, Blocked, Way>;

// A tunnel of ours is an interface of pppd's that was not up when the first call to the server was
// accepted: pppd sets it up later. `uplinks` are those that were up, such as the interface of
// PPPoE.
WayOut find_way_out(RouteSocket& table, const IpAddress& server, const Interfaces& uplinks,
                    const std::vector<Link>& links);

// The interfaces of pppd's that are up now.
Interfaces ppp_interfaces(const std::vector<Link>& links);

// Whether this is a host route that we, or another call manager, have made.
bool is_ours(const FoundRoute& route, const IpAddress& server);

const Link* find_link(const std::vector<Link>& links, uint32_t interface);  // or nullptr

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/routes/way_out.hh"

#include <algorithm>

namespace callgate {
namespace {

size_t bits(const IpAddress& address) {
  return address.size() * 8;
}

bool is_host_route(const FoundRoute& route, const IpAddress& server) {
  return route.prefix_length == bits(server);
}

// How the kernel would reach the server without the host routes to it. Every shorter prefix that
// contains the server also contains the address that differs in the last bit only. So the look-up
// of this neighbour finds the route, with all rules and metrics, unless the neighbour has a host
// route itself. Then the next neighbour is as good, for prefixes that are shorter by one bit.
std::optional<FoundRoute> lookup_beside(RouteSocket& table, const IpAddress& server,
                                        uint32_t interface = 0) {
  constexpr size_t kNeighbours = 8;
  for (size_t bit = 0; bit < kNeighbours; bit++) {
    IpAddress neighbour = server;
    neighbour.bytes[server.size() - 1] ^= static_cast<uint8_t>(1u << bit);
    auto found = table.lookup(neighbour, interface);
    if (found && found->prefix_length + bit < bits(server)) return found;
  }
  return std::nullopt;
}

class Search {
 public:
  Search(RouteSocket& table, const IpAddress& server, const Interfaces& uplinks,
         const std::vector<Link>& links)
      : table_(table), server_(server), uplinks_(uplinks), links_(links) {}

  WayOut run() {
    auto now = table_.lookup(server_);
    bool ours = now && is_ours(*now, server_);
    if (now && !ours && (is_host_route(*now, server_) || !usable(*now))) return NotNeeded{};
    auto found = now && !ours ? now : lookup_beside(table_, server_);
    if (!found) return Blocked{};
    const Link* tunnel = own_tunnel(found->way.interface);
    if (tunnel) return around(*tunnel, ours ? now : std::nullopt);
    if (!usable(*found)) return NotNeeded{};
    return found->way;
  }

 private:
  bool usable(const FoundRoute& route) const {
    const Link* link = find_link(links_, route.way.interface);
    return route.unicast && route.in_main && !(link && link->loopback);
  }

  const Link* own_tunnel(uint32_t interface) const {
    const Link* link = find_link(links_, interface);
    bool ours = link && link->ppp && std::ranges::find(uplinks_, interface) == uplinks_.end();
    return ours ? link : nullptr;
  }

  // The best route that does not lead through a tunnel of ours. If there is none, the host route
  // that we have is still right: the tunnel has taken the default route's place.
  WayOut around(const Link& tunnel, const std::optional<FoundRoute>& held) {
    std::optional<FoundRoute> best;
    for (const auto& link : links_) {
      if (!link.up || link.loopback || own_tunnel(link.interface)) continue;
      auto found = lookup_beside(table_, server_, link.interface);
      if (found && usable(*found) && (!best || better(*found, *best))) best = found;
    }
    if (!best && held && !own_tunnel(held->way.interface)) best = held;
    if (best) return best->way;
    return Blocked{tunnel.name};
  }

  static bool better(const FoundRoute& a, const FoundRoute& b) {
    if (a.prefix_length != b.prefix_length) return a.prefix_length > b.prefix_length;
    return a.priority < b.priority;
  }

  RouteSocket& table_;
  const IpAddress& server_;
  const Interfaces& uplinks_;
  const std::vector<Link>& links_;
};

}  // namespace

WayOut find_way_out(RouteSocket& table, const IpAddress& server, const Interfaces& uplinks,
                    const std::vector<Link>& links) {
  if (server.scope_id != 0) return NotNeeded{};  // a link-local address names its interface
  return Search(table, server, uplinks, links).run();
}

Interfaces ppp_interfaces(const std::vector<Link>& links) {
  Interfaces up;
  for (const auto& link : links)
    if (link.ppp && link.up) up.push_back(link.interface);
  return up;
}

bool is_ours(const FoundRoute& route, const IpAddress& server) {
  return is_host_route(route, server) && route.protocol == kRouteProtocol;
}

const Link* find_link(const std::vector<Link>& links, uint32_t interface) {
  auto it = std::ranges::find(links, interface, &Link::interface);
  return it == links.end() ? nullptr : &*it;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Keeps the way to a server outside the tunnel. It adds a host route through the interface and the
// gateway that lead to the server before the tunnel exists. So a default route through the tunnel
// does not catch the tunnel's own packets. A route counts its users and is removed with the last
// one. Routes that others have made are never changed or taken over.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "callmgr/event_loop.hh"
#include "callmgr/routes/route_keeper.hh"
#include "common/system/rtnetlink.hh"

namespace callgate {

class HostRoutes;

// One user's share in the route to one server. The destructor gives it back.
class HostRoute {
 public:
  HostRoute() = default;
  HostRoute(HostRoutes* routes, IpAddress server) : routes_(routes), server_(server) {}
  HostRoute(HostRoute&& other) noexcept { *this = std::move(other); }
  HostRoute& operator=(HostRoute&& other) noexcept;
  ~HostRoute() { release(); }

  explicit operator bool() const { return routes_ != nullptr; }

 private:
  void release();

  HostRoutes* routes_ = nullptr;
  IpAddress server_;
};

class HostRoutes {
 public:
  // Without CAP_NET_ADMIN it adds no routes and starts no keeper.
  HostRoutes(EventLoop& loop, bool permitted);

  // Returns an empty HostRoute if no route is needed, because the server is this host or somebody
  // else has made a host route. It also does so if the route cannot be added, and logs that.
  HostRoute hold(const IpAddress& server, uint32_t mark);
  void release(const IpAddress& server);

  // For a handover. Adopted routes wait for their users. The keeper learns of them by keep(), when
  // they are ours alone. We do not remove routes that we have left.
  std::vector<Route> held() const;
  void adopt(const Route& route);
  void keep();
  void leave();

 private:
  struct Held {
    Route route;
    unsigned users = 0;
  };
  std::optional<Route> wanted(const IpAddress& server, uint32_t mark);
  void start_keeper();
  void lose_keeper(const std::string& why);

  EventLoop& loop_;
  bool permitted_;
  std::map<IpAddress, Held> held_;
  std::optional<RouteSocket> socket_;
  std::optional<RouteKeeper> keeper_;
  Watch keeper_died_, restart_;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Keeps the way to a server outside the tunnel: a host route through the interface and gateway that
// lead there before the tunnel exists, so that a default route through the tunnel does not catch
// the tunnel's own packets. Routes are owned: counted by their users, removed with the last one,
// and never taken from or over somebody else's.
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

// One user's share in the route to one server; gives it back when destroyed.
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
  // Without CAP_NET_ADMIN no route is ever added, and no keeper started.
  HostRoutes(EventLoop& loop, bool permitted);

  // Nothing is yielded where no route is needed (on this host, a host route of somebody else is
  // there) or none can be added; the latter is logged.
  HostRoute hold(const IpAddress& server, uint32_t mark);
  void release(const IpAddress& server);

  // For a handover: adopted routes wait for their users, left ones are not removed by us any more.
  std::vector<Route> held() const;
  void adopt(const Route& route);
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

// SPDX-License-Identifier: GPL-2.0-or-later
// Keeps the way to a server outside the tunnel, with a host route of its own. So a default route
// through the tunnel does not catch the tunnel's own packets. A route counts its users and is
// removed with the last one. Routes that others have made are never changed.
//
// After every change of the network it asks the kernel again, and changes the host route if the
// answer has changed. Beside each host route there is a second one, with the last priority, that
// makes the server unreachable. If the kernel removes the first one together with its interface,
// the second one holds the packets back, and they do not follow the tunnel's routes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "callmgr/event_loop.hh"
#include "callmgr/routes/network_watch.hh"
#include "callmgr/routes/route_keeper.hh"
#include "callmgr/routes/way_out.hh"

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
  bool in_place() const;  // false also if no host route is needed, or there is no way

 private:
  void release();

  HostRoutes* routes_ = nullptr;
  IpAddress server_;
};

class HostRoutes {
 public:
  // Without CAP_NET_ADMIN it adds no routes and starts no keeper.
  HostRoutes(EventLoop& loop, NetworkWatch& network, bool permitted);

  // To be called before the call's tunnel is up. `taken_over`: an earlier manager holds the route
  // already, and the tunnels may be up.
  HostRoute hold(const IpAddress& server, bool taken_over = false);
  void release(const IpAddress& server);
  bool in_place(const IpAddress& server) const;

  // For a handover. Until keep() the earlier manager has the routes that were taken over from it,
  // and our keeper knows none of them. After leave() the next manager has them: neither we nor our
  // keeper remove them.
  void keep();
  void leave();

 private:
  struct Held {
    unsigned users = 0;
    Interfaces uplinks;
    std::optional<Way> way;    // that we have set last
    std::optional<Way> shown;  // how the kernel shows it
    bool in_place = false;     // it has not gone since
    bool guarded = false;      // the second route is there
    bool told = false;         // the log has said that there is no way
  };
  using Entry = std::map<IpAddress, Held>::value_type;
  using Links = std::vector<Link>;

  void changed(const NetworkChange& change);
  void settle_all();
  void settle(Entry& entry, const Links& links);
  void put(Entry& entry, const Way& way, const Links& links);
  void block(Entry& entry, const std::string& tunnel, const Links& links);
  int set(Entry& entry, const Way& way, bool replace);
  void guard(Entry& entry);
  void clear(Entry& entry);
  void remove(const OurRoute& route);
  void start_keeper();
  void lose_keeper(const std::string& why);
  void tell_keeper_all();
  void tell_keeper(bool added, const OurRoute& route);

  EventLoop& loop_;
  bool permitted_;
  bool ours_alone_ = true;  // no earlier manager has the routes as well
  std::map<IpAddress, Held> held_;
  std::optional<RouteSocket> table_;
  std::optional<RouteKeeper> keeper_;
  Watch keeper_died_, restart_;
  Watch settle_, again_;
  bool settle_due_ = false;
};

}  // namespace callgate

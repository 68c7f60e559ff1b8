// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/host_routes.hh"

#include <net/if.h>

#include <cstring>

#include "common/log.hh"
#include "common/os_error.hh"

namespace callgate {

HostRoute& HostRoute::operator=(HostRoute&& other) noexcept {
  release();
  routes_ = std::exchange(other.routes_, nullptr);
  server_ = other.server_;
  return *this;
}

void HostRoute::release() {
  if (auto* routes = std::exchange(routes_, nullptr)) routes->release(server_);
}

HostRoutes::HostRoutes(EventLoop& loop, bool permitted) : loop_(loop), permitted_(permitted) {
  if (!permitted_) return;
  socket_.emplace();
  start_keeper();
}

// Started before privileges are dropped, and again if it dies: from then on it inherits ours.
void HostRoutes::start_keeper() {
  keeper_.emplace();
  for (const auto& [server, held] : held_) keeper_->added(held.route);
  keeper_died_ = loop_.on_fd(keeper_->fd(), EV_READ, [this](short) {
    log::warning("the route keeper died: starting another");
    start_keeper();
  });
  keeper_died_.start();
}

// The host route that has to be added for this server, if one has.
std::optional<Route> HostRoutes::wanted(const IpAddress& server, uint32_t mark) {
  auto route = socket_->lookup(server, mark);
  if (!route || !route->unicast || route->interface == if_nametoindex("lo")) return std::nullopt;
  bool host_route = route->prefix_length == server.size() * 8;
  if (host_route && route->protocol != kRouteProtocol) return std::nullopt;
  return route;
}

HostRoute HostRoutes::hold(const IpAddress& server, uint32_t mark) {
  if (!permitted_) return {};
  if (auto it = held_.find(server); it != held_.end()) {
    it->second.users++;
    return {this, server};
  }
  auto route = wanted(server, mark);
  if (!route) return {};
  // EEXIST can only be a route that we left behind ourselves: see wanted().
  if (int error = socket_->add_host_route(*route); error != 0 && error != EEXIST) {
    log::warning(
        "cannot add a host route to {}: {} (a default route through the tunnel would"
        " catch its own packets)",
        server.text(), std::strerror(error));
    return {};
  }
  keeper_->added(*route);
  held_[server] = {*route, 1};
  log::notice("added a host route to {}{}", server.text(),
              route->gateway ? " via " + route->gateway.text() : "");
  return {this, server};
}

void HostRoutes::release(const IpAddress& server) {
  auto it = held_.find(server);
  if (it == held_.end() || --it->second.users > 0) return;
  int error = socket_->remove_host_route(it->second.route);
  // ESRCH, ENODEV: it went with its interface.
  if (error != 0 && error != ESRCH && error != ENODEV)
    log::warning("cannot remove the host route to {}: {}", server.text(), std::strerror(error));
  else
    log::notice("removed the host route to {}", server.text());
  keeper_->removed(it->second.route);
  held_.erase(it);
}

}  // namespace callgate

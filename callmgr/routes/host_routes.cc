// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/routes/host_routes.hh"

#include <net/if.h>

#include <cstring>

#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

constexpr Duration kKeeperPause{1'000};  // between forks, if the keepers die at once

}  // namespace

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
  restart_ = loop_.timer([this] { start_keeper(); });
  start_keeper();
}

// The keeper starts with us, and again if it dies. Then it inherits our sandbox and adds its own.
// Without a keeper we still hold routes and remove them at the end.
void HostRoutes::start_keeper() try {
  keeper_.emplace();
  keep();
  keeper_died_ = loop_.on_readable(keeper_->fd(), [this] { lose_keeper("it died"); });
  keeper_died_.start();
} catch (const OsError& error) {
  lose_keeper(error.what());
}

void HostRoutes::lose_keeper(const std::string& why) {
  log::warning("no route keeper: {}; starting another", why);
  keeper_died_ = {};
  keeper_.reset();
  restart_.start(kKeeperPause);
}

// Returns the host route to add for this server, or nullopt if none is needed.
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
  // EEXIST means that an earlier manager has left this route behind: see wanted().
  if (int error = socket_->add_host_route(*route); error != 0 && error != EEXIST) {
    log::warning(
        "cannot add a host route to {}: {} (a default route through the tunnel would"
        " catch its own packets)",
        server.text(), std::strerror(error));
    return {};
  }
  if (keeper_) keeper_->added(*route);
  held_[server] = {*route, 1};
  log::notice("added a host route to {}{}", server.text(),
              route->gateway ? " via " + route->gateway.text() : "");
  return {this, server};
}

void HostRoutes::release(const IpAddress& server) {
  auto it = held_.find(server);
  if (it == held_.end() || --it->second.users > 0) return;
  int error = socket_->remove_host_route(it->second.route);
  // ESRCH and ENODEV mean that the route has gone together with its interface.
  if (error != 0 && error != ESRCH && error != ENODEV)
    log::warning("cannot remove the host route to {}: {}", server.text(), std::strerror(error));
  else
    log::notice("removed the host route to {}", server.text());
  if (keeper_) keeper_->removed(it->second.route);
  held_.erase(it);
}

std::vector<Route> HostRoutes::held() const {
  std::vector<Route> routes;
  for (const auto& [server, held] : held_) routes.push_back(held.route);
  return routes;
}

void HostRoutes::adopt(const Route& route) {
  if (!permitted_) return;
  held_[route.destination] = {route, 0};
}

void HostRoutes::keep() {
  if (keeper_)
    for (const auto& [server, held] : held_) keeper_->added(held.route);
}

void HostRoutes::leave() {
  if (keeper_)
    for (const auto& [server, held] : held_) keeper_->removed(held.route);
  held_.clear();
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/routes/host_routes.hh"

#include <algorithm>
#include <cstring>

#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

constexpr Duration kKeeperPause{1'000};  // between forks, if the keepers die at once
constexpr Duration kStorm{50};           // changes of the network that come together
constexpr Duration kAgain{1'000};        // between attempts while there is no way to a server

// "via 192.0.2.1 dev eth0"
std::string text_of(const Way& way, const std::vector<Link>& links) {
  const Link* link = find_link(links, way.interface);
  auto device = "dev " + (link ? link->name : std::to_string(way.interface));
  return way.gateway ? fmt::format("via {} {}", way.gateway.text(), device) : device;
}

bool contains(const RouteChange& change, const IpAddress& server) {
  if (change.destination.family != server.family) return false;
  for (size_t bit = 0; bit < change.prefix_length && bit < server.size() * 8; bit++) {
    auto differ = change.destination.bytes[bit / 8] ^ server.bytes[bit / 8];
    if (differ & (0x80 >> bit % 8)) return false;
  }
  return true;
}

}  // namespace

// --- one user's share ------------------------------------------------------------------------

HostRoute& HostRoute::operator=(HostRoute&& other) noexcept {
  release();
  routes_ = std::exchange(other.routes_, nullptr);
  server_ = other.server_;
  return *this;
}

void HostRoute::release() {
  if (auto* routes = std::exchange(routes_, nullptr)) routes->release(server_);
}

bool HostRoute::in_place() const {
  return routes_ && routes_->in_place(server_);
}

HostRoutes::HostRoutes(EventLoop& loop, NetworkWatch& network, bool permitted)
    : loop_(loop), permitted_(permitted) {
  if (!permitted_) return;
  table_.emplace();
  restart_ = loop_.timer([this] { start_keeper(); });
  settle_ = loop_.timer([this] { settle_all(); });
  again_ = loop_.timer([this] { settle_all(); });
  network.listen([this](const auto& change) { changed(change); });
  start_keeper();
}

HostRoute HostRoutes::hold(const IpAddress& server, bool taken_over) {
  if (!permitted_) return {};
  auto links = RouteSocket::links().value_or(Links{});
  auto [entry, is_new] = held_.try_emplace(server);
  auto& held = entry->second;
  held.users++;
  if (taken_over) ours_alone_ = false;
  if (is_new) {
    auto now = table_->lookup(server);
    if (now && is_ours(*now, server))
      held.uplinks = {now->way.interface};  // another manager's, whose tunnels may be up
    else if (!taken_over)
      held.uplinks = ppp_interfaces(links);
    held.guarded = taken_over;
  }
  settle(*entry, links);
  return {this, server};
}

void HostRoutes::release(const IpAddress& server) {
  auto entry = held_.find(server);
  if (entry == held_.end() || --entry->second.users > 0) return;
  clear(*entry);
  held_.erase(entry);
}

bool HostRoutes::in_place(const IpAddress& server) const {
  auto entry = held_.find(server);
  return entry != held_.end() && entry->second.in_place;
}

void HostRoutes::keep() {
  ours_alone_ = true;
  tell_keeper_all();
}

void HostRoutes::leave() {
  for (const auto& [server, held] : held_) {
    if (held.way) tell_keeper(false, {server, held.way});
    tell_keeper(false, {server, {}});
  }
  held_.clear();
}

// --- following the network -------------------------------------------------------------------

// If somebody removes a route of ours, it is set again at once: a second call manager may have held
// it too. Other changes seldom come alone.
void HostRoutes::changed(const NetworkChange& change) {
  Duration pause = kStorm;
  if (const auto* route = std::get_if<RouteChange>(&change)) {
    bool ours = route->protocol == kRouteProtocol;
    bool concerns = std::ranges::any_of(
        held_, [&](const auto& entry) { return contains(*route, entry.first); });
    if (!concerns || (ours && !route->removed)) return;
    if (ours) pause = Duration(0);
  }
  if (held_.empty() || (settle_due_ && pause == kStorm)) return;
  settle_due_ = true;
  settle_.start(pause);
}

void HostRoutes::settle_all() {
  settle_due_ = false;
  auto links = RouteSocket::links();
  if (links)
    for (auto& entry : held_) settle(entry, *links);
  bool blocked = std::ranges::any_of(held_, [](const auto& entry) { return entry.second.told; });
  if (!links || blocked) again_.start(kAgain);
}

void HostRoutes::settle(Entry& entry, const Links& links) {
  auto out = find_way_out(*table_, entry.first, entry.second.uplinks, links);
  if (auto* way = std::get_if<Way>(&out))
    put(entry, *way, links);
  else if (auto* blocked = std::get_if<Blocked>(&out))
    block(entry, blocked->tunnel, links);
  else
    clear(entry);
}

void HostRoutes::put(Entry& entry, const Way& way, const Links& links) {
  auto& [server, held] = entry;
  auto now = table_->lookup(server);
  bool ours = now && is_ours(*now, server);
  auto before = held.way;
  bool gone = before && !held.in_place;
  if (ours && (now->way == way || (before == way && held.shown == now->way))) {
    held.way = way;
    held.shown = now->way;
    held.in_place = true;
    tell_keeper(true, {server, way});
    return guard(entry);
  }
  int error = set(entry, way, ours);
  if (error == EEXIST) return clear(entry);  // somebody else has decided about this server
  if (error != 0) {
    log::warning(
        "cannot add a host route to {} {}: {} (a default route through the tunnel would"
        " catch its own packets)",
        server.text(), text_of(way, links), std::strerror(error));
    return before ? block(entry, "", links) : void();
  }
  guard(entry);
  if (!before)
    log::notice("added a host route to {} {}", server.text(), text_of(way, links));
  else if (before == way || gone)
    log::notice("host route to {}: it was gone, and is set again {}", server.text(),
                text_of(way, links));
  else
    log::notice("host route to {}: was {}, is now {}", server.text(), text_of(*before, links),
                text_of(way, links));
}

// There is no way outside the tunnel. The way that we had is tried first: its interface may be back
// before the default route is.
void HostRoutes::block(Entry& entry, const std::string& tunnel, const Links& links) {
  auto& [server, held] = entry;
  auto now = table_->lookup(server);
  if (held.in_place && now && is_ours(*now, server)) return guard(entry);
  if (held.way && set(entry, *held.way, false) == 0) {
    log::notice("host route to {}: it was gone, and is set again {}", server.text(),
                text_of(*held.way, links));
    return guard(entry);
  }
  held.in_place = false;
  if (!held.way && !held.guarded) return;
  guard(entry);
  again_.start(kAgain);
  if (std::exchange(held.told, true)) return;
  if (tunnel.empty())
    log::warning("there is no route to {} at the moment: its calls wait", server.text());
  else
    log::warning(
        "the only route to {} leads through {}, which is its own tunnel: its packets are held"
        " back until there is another one. Check that the network is up and has a default route",
        server.text(), tunnel);
}

// The keeper knows of every route before it is there, and until it is gone.
int HostRoutes::set(Entry& entry, const Way& way, bool replace) {
  auto& [server, held] = entry;
  OurRoute route{server, way};
  tell_keeper(true, route);
  int error = replace ? table_->replace(route) : table_->add(route);
  if (error != 0) {
    if (held.way != way) tell_keeper(false, route);
    return error;
  }
  if (held.way && held.way != way) tell_keeper(false, {server, held.way});
  held.way = way;
  held.in_place = true;
  held.told = false;
  auto now = table_->lookup(server);
  held.shown = now ? std::optional(now->way) : std::nullopt;
  return 0;
}

void HostRoutes::guard(Entry& entry) {
  auto& [server, held] = entry;
  OurRoute route{server, {}};
  if (!held.guarded) tell_keeper(true, route);
  held.guarded = true;
  int error = table_->add(route);
  if (error != 0 && error != EEXIST)
    log::warning("cannot add a second route to {} that holds its packets back: {}", server.text(),
                 std::strerror(error));
}

void HostRoutes::clear(Entry& entry) {
  auto& [server, held] = entry;
  if (held.guarded) remove({server, {}});
  if (held.way) remove({server, held.way});
  if (held.way) log::notice("removed the host route to {}", server.text());
  held = {.users = held.users, .uplinks = held.uplinks};
}

// The kernel removes only what is exactly our route. ESRCH and ENODEV mean that it has gone.
void HostRoutes::remove(const OurRoute& route) {
  int error = table_->remove(route);
  if (error != 0 && error != ESRCH && error != ENODEV)
    log::warning("cannot remove the host route to {}: {}", route.destination.text(),
                 std::strerror(error));
  tell_keeper(false, route);
}

// --- the keeper ------------------------------------------------------------------------------

// The keeper starts with us, and again if it dies. Then it inherits our sandbox and adds its own.
// Without a keeper we still hold routes and remove them at the end.
void HostRoutes::start_keeper() try {
  keeper_.emplace();
  tell_keeper_all();
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

void HostRoutes::tell_keeper_all() {
  for (const auto& [server, held] : held_) {
    if (held.way) tell_keeper(true, {server, held.way});
    if (held.guarded) tell_keeper(true, {server, {}});
  }
}

void HostRoutes::tell_keeper(bool added, const OurRoute& route) {
  if (keeper_ && ours_alone_) keeper_->tell(added, route);
}

}  // namespace callgate

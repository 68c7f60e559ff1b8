// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel knows of the tunnel's interface: addresses, MTU, and routes. All of it goes with
// the interface, except a default route that was replaced.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/wire/bytes.hh"

namespace callgate {

// Marks our routes in the table: `ip route show proto 48`. The call manager's have 47.
constexpr uint8_t kTunnelRouteProtocol = 48;

// An IPv4 address is in host order.
std::string ipv4_text(uint32_t address);
std::string link_local_text(uint64_t identifier);  // fe80::identifier

class Interface {
 public:
  explicit Interface(std::string name);
  const std::string& name() const { return name_; }
  // Of the interface when this object was made; 0 if there was none. Another interface may get the
  // same name later, but never the same index.
  unsigned index() const { return index_; }
  bool exists() const;

  // The functions throw OsError.
  //
  // Sets the MTU and brings the interface up. The kernel makes no IPv6 address by itself.
  void set_up(uint16_t mtu);
  // The peer's address is shown with ours. A packet to the peer takes the tunnel only with `route`.
  // Without it the peer may have the public address of the server, and GRE packets still leave.
  // An earlier address goes away afterwards, so that the routes of the interface stay.
  void set_ipv4(uint32_t local, uint32_t remote, bool route);
  void remove_ipv4();  // all of them, as remove_ipv6() does
  void remove_ipv6();
  void add_ipv6(uint64_t identifier);  // fe80::identifier
  void add_default_route(bool ipv6, uint32_t metric);
  void remove_default_route(bool ipv6, uint32_t metric);

 private:
  void make_no_ipv6_address();
  std::vector<Bytes> addresses(uint8_t family) const;
  void remove(const std::vector<Bytes>& addresses);
  int change_default_route(uint16_t type, int flags, bool ipv6, uint32_t metric);

  std::string name_;
  unsigned index_;
};

// A route as the kernel has told it: rtmsg and attributes.
using SavedRoute = std::string;

struct DefaultRoute {
  SavedRoute saved;
  uint32_t metric = 0;
  std::string way;  // "via 192.0.2.1 dev eth0", for people
};

// The default routes of the main table for IPv4, or IPv6, except those through `interface`.
std::vector<DefaultRoute> default_routes(bool ipv6, unsigned interface);
int remove_route(const SavedRoute& route);  // returns 0 or errno
// The routes of `interface` may still exist: then this one comes after them, and the kernel uses it
// as soon as the interface is gone. Returns 0 or errno; EEXIST if there is a route in its place.
int restore_route(const SavedRoute& route, const std::string& interface);

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// The requests to the kernel's routing tables that host routes need, through libmnl. Answers are
// errno values; 0 is success.
#pragma once

#include <libmnl/libmnl.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/wire/ip_address.hh"

namespace callgate {

// Marks our routes in the table: `ip route show proto 47`. It is the number of GRE, which no
// routing daemon uses (/etc/iproute2/rt_protos).
constexpr uint8_t kRouteProtocol = 47;

// The next step towards a destination, and all that the table says about it.
struct Way {
  IpAddress gateway;  // empty if the destination is on the link; IPv6 is possible for IPv4
  IpAddress source;   // if empty, the kernel chooses
  uint32_t interface = 0;
  bool on_link = false;  // the gateway is on the link although no prefix says so
  std::string metrics;   // the kernel's RTA_METRICS: an MTU, for example

  static void fields(auto& m, auto& codec) {
    codec(m.gateway, m.source, m.interface, m.on_link, m.metrics);
  }
  bool operator==(const Way&) const = default;
};

// The entry of a table that decides how the kernel reaches an address.
struct FoundRoute {
  Way way;
  uint8_t prefix_length = 0;  // bits
  uint8_t protocol = 0;       // who added it
  bool unicast = false;       // not local, not broadcast
  bool in_main = false;       // in the main table
  uint32_t priority = 0;      // the lowest wins
};

// A host route of ours. Without a way it makes the destination unreachable, as long as no route
// with a lower priority is there.
struct OurRoute {
  IpAddress destination;
  std::optional<Way> way;
  bool operator==(const OurRoute&) const = default;
};

struct Link {
  uint32_t interface = 0;
  std::string name;
  bool up = false, loopback = false;
  bool ppp = false;  // pppd's, whatever carries it
};

class RouteSocket {
 public:
  RouteSocket();  // throws OsError

  // Returns nullopt if the destination is unreachable. With an interface it finds only routes
  // through that interface.
  std::optional<FoundRoute> lookup(const IpAddress& destination, uint32_t interface = 0);
  int add(const OurRoute& route);      // EEXIST if a route of the same priority is there
  int replace(const OurRoute& route);  // the one of the same priority
  int remove(const OurRoute& route);   // ESRCH if exactly this route is not there
  static std::optional<std::vector<Link>> links();  // nullopt if the kernel does not say

 private:
  struct Close {
    void operator()(mnl_socket* s) const { mnl_socket_close(s); }
  };
  int transact(nlmsghdr* request, mnl_cb_t callback, void* argument);
  int change(uint16_t type, uint16_t flags, const OurRoute& route);

  std::unique_ptr<mnl_socket, Close> socket_;
  uint32_t sequence_ = 0;
};

}  // namespace callgate

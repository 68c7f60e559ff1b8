// SPDX-License-Identifier: GPL-2.0-or-later
// The three requests to the kernel's routing tables that host routes need, through libmnl. Answers
// are errno values; 0 is success.
#pragma once

#include <libmnl/libmnl.h>

#include <memory>
#include <optional>

#include "common/wire/ip_address.hh"

namespace callgate {

// Marks our routes in the table: `ip route show proto 47`. It is the number of GRE, which no
// routing daemon uses (/etc/iproute2/rt_protos).
constexpr uint8_t kRouteProtocol = 47;

// How the kernel reaches one address: the result of a look-up, or a host route to add.
struct Route {
  IpAddress destination;
  IpAddress gateway;  // empty if the address is on the link
  IpAddress source;   // if empty, the kernel chooses
  uint32_t interface = 0;
  uint8_t prefix_length = 0;  // bits, of the table's entry that matched
  uint8_t protocol = 0;       // who added that entry
  bool unicast = false;       // not local, not broadcast, not unreachable

  static void fields(auto& m, auto& codec) {
    codec(m.destination, m.gateway, m.source, m.interface, m.prefix_length, m.protocol, m.unicast);
  }
};

class RouteSocket {
 public:
  RouteSocket();  // throws OsError

  std::optional<Route> lookup(const IpAddress& destination, uint32_t mark);
  int add_host_route(const Route& route);
  int remove_host_route(const Route& route);

 private:
  struct Close {
    void operator()(mnl_socket* s) const { mnl_socket_close(s); }
  };
  int transact(nlmsghdr* request, mnl_cb_t callback, void* argument);

  std::unique_ptr<mnl_socket, Close> socket_;
  uint32_t sequence_ = 0;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// The three questions that host routes ask of the kernel's routing tables, through libmnl. Answers
// are errno values: 0 is success.
#pragma once

#include <libmnl/libmnl.h>

#include <memory>
#include <optional>

#include "common/wire/ip_address.hh"

namespace callgate {

// Marks our routes in the table: `ip route show proto 47`. The number of GRE; no routing daemon
// has it (/etc/iproute2/rt_protos).
constexpr uint8_t kRouteProtocol = 47;

// How the kernel would reach one address: as looked up, or as a host route to be added.
struct Route {
  IpAddress destination;
  IpAddress gateway;  // none: on the link itself
  IpAddress source;   // none: the kernel chooses
  uint32_t interface = 0;
  uint8_t prefix_length = 0;  // of the table's entry that matched, bits
  uint8_t protocol = 0;       // who put that entry there
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

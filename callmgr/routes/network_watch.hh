// SPDX-License-Identifier: GPL-2.0-or-later
// Reports changes of this host's network as the kernel announces them: routes, rules, links and
// addresses. It needs no privilege. Its socket is open before the sandbox closes.
#pragma once

#include <libmnl/libmnl.h>

#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "callmgr/event_loop.hh"
#include "common/wire/bytes.hh"
#include "common/wire/ip_address.hh"

namespace callgate {

struct RouteChange {
  bool removed = false;
  IpAddress destination;      // the unspecified address for a default route
  uint8_t prefix_length = 0;  // bits
  uint8_t protocol = 0;       // who made the route
};

struct LinkChange {
  uint32_t interface = 0;
  bool up = false;  // false also if the interface is gone
};

struct AddressChange {
  bool removed = false;
  uint32_t interface = 0;
  IpAddress address;
};

// A rule or a nexthop object has changed, or the kernel had to drop reports.
struct AnyChange {};

using NetworkChange = std::variant<RouteChange, LinkChange, AddressChange, AnyChange>;

// Parses one datagram of the kernel. It skips what it does not know.
std::vector<NetworkChange> network_changes(ByteSpan datagram);

class NetworkWatch {
 public:
  using Listener = std::function<void(const NetworkChange&)>;

  // If the kernel refuses the socket, it logs a warning and reports nothing.
  explicit NetworkWatch(EventLoop& loop);

  // Calls every listener for every change, from the event loop. Listeners live as long as the loop
  // runs. A change is often one of hundreds: a listener with more than a little work waits until
  // the storm is over.
  void listen(Listener listener) { listeners_.push_back(std::move(listener)); }

 private:
  struct Close {
    void operator()(mnl_socket* s) const { mnl_socket_close(s); }
  };
  void open();
  void read();
  void tell(const NetworkChange& change);

  std::unique_ptr<mnl_socket, Close> socket_;
  std::vector<Listener> listeners_;
  Watch readable_;
};

}  // namespace callgate

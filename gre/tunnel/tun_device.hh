// SPDX-License-Identifier: GPL-2.0-or-later
// Opens the network interface of a tunnel. The interface exists as long as the descriptor is open.
#pragma once

#include <stdexcept>
#include <string>

#include "common/pppd/tunnel_options.hh"
#include "common/system/unique_fd.hh"

namespace callgate {

struct TunDevice {
  UniqueFd fd;  // non-blocking, closed by exec; with a virtio header (gre/tunnel/large_packets.hh)
  std::string name;
  int unit = 0;  // the number at the end of the name; 0 if there is none
};

// Says in one sentence why there is no interface, and what to do.
class NoTunDevice : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Opens `path` and makes the interface that the options name: ifname, or ppp and the unit, or the
// first free pppN. It has the link type of pppd's interfaces, so firewalls, scripts and the call
// manager treat it as one. Throws NoTunDevice.
TunDevice open_tun(const TunnelOptions& options, const std::string& path = "/dev/net/tun");
// The interface of such a descriptor. Empty if it is not known.
std::string interface_of_tun(int fd);

}  // namespace callgate

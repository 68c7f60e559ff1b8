// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/system/path_mtu.hh"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "common/system/os_error.hh"
#include "common/system/unique_fd.hh"
#include "common/wire/mru.hh"

namespace callgate {
namespace {

constexpr uint32_t kGreHeader = 16;  // with sequence and acknowledgement number
// Two bytes each for address and control, protocol, MPPE's coherency count, encrypted protocol.
constexpr uint32_t kPppAndMppe = 8;
constexpr uint16_t kAnyPort = 9;  // nothing is sent

// Without the privilege for these options the kernel answers for the ordinary route.
void use_route_of(int fd, const PathFrom& from) {
  if (from.mark) setsockopt(fd, SOL_SOCKET, SO_MARK, &from.mark, sizeof from.mark);
  if (!from.device.empty())
    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, from.device.data(),
               static_cast<socklen_t>(from.device.size()));
}

}  // namespace

uint32_t ppp_mtu(uint32_t path_mtu, IpFamily family) {
  uint32_t overhead = (family == IpFamily::v6 ? 40 : 20) + kGreHeader + kPppAndMppe;
  return path_mtu < overhead + kLeastMru ? 0 : std::min<uint32_t>(path_mtu - overhead, kDefaultMru);
}

uint32_t path_mtu(const IpAddress& server, const PathFrom& from) {
  auto text = server.text();
  UniqueFd fd(check(socket(server.af(), SOCK_DGRAM | SOCK_CLOEXEC, 0), "create a UDP socket"));
  use_route_of(fd.get(), from);
  if (from.local) {
    SocketAddress local(from.local, 0);
    check(bind(fd.get(), local.get(), local.length), "bind to {}", from.local.text());
  }
  SocketAddress remote(server, kAnyPort);
  check(connect(fd.get(), remote.get(), remote.length), "find the route to {}", text);
  int mtu = 0;
  socklen_t size = sizeof mtu;
  bool v6 = server.family == IpFamily::v6;
  check(getsockopt(fd.get(), v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_MTU : IP_MTU, &mtu, &size),
        "find the MTU of the path to {}", text);
  return static_cast<uint32_t>(mtu);
}

}  // namespace callgate

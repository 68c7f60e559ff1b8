// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/own_path.hh"

#include <sys/socket.h>

#include <cerrno>

#include "common/wire/control_message.hh"

namespace callgate {
namespace {

bool set(int fd, int option, const void* value, size_t size) {
  return setsockopt(fd, SOL_SOCKET, option, value, static_cast<socklen_t>(size)) == 0;
}

}  // namespace

// bind() and connect() on a UDP socket look up the address and the route, as those of the control
// connection and of GRE did. Without a socket, we know nothing, and nothing is wrong.
int path_error(const IpAddress& local, const IpAddress& server, const DialPlan& plan) {
  UniqueFd probe(socket(server.af(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!probe) return 0;
  if (plan.mark && !set(probe.get(), SO_MARK, &plan.mark, sizeof plan.mark)) return 0;
  if (!plan.device.empty() &&
      !set(probe.get(), SO_BINDTODEVICE, plan.device.data(), plan.device.size()))
    return errno;
  SocketAddress own(local, 0), remote(server, kPptpPort);
  if (bind(probe.get(), own.get(), own.length) < 0) return errno;
  return connect(probe.get(), remote.get(), remote.length) < 0 ? errno : 0;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/raw_socket.hh"

#include <cap-ng.h>
#include <linux/errqueue.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "common/system/os_error.hh"
#include "gre/socket_filter.hh"

namespace callgate {
namespace {

// For 20 ms in which we are not scheduled, at the rate at which a pty takes frames of any size. In
// bytes; the kernel doubles it, and without CAP_NET_ADMIN grants no more than net.core.rmem_max.
constexpr int kReceiveBuffer = 1 << 20;
constexpr int kMaxForeign = 1 << 16;  // packets; more than fit into the buffer

// Without, a raw IPv6 socket hears nothing of "packet too big", and of other ICMPv6 messages less
// than an IPv4 one.
void ask_for_icmp(int fd) {
  int on = 1;
  check(setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on), "ask for ICMPv6 errors");
}

IcmpError icmp_error(msghdr& message) {
  sock_extended_err error{};
  for (auto* part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part))
    if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR)
      std::memcpy(&error, CMSG_DATA(part), sizeof error);
  return {.local = error.ee_origin != SO_EE_ORIGIN_ICMP6,
          .type = error.ee_type,
          .code = error.ee_code,
          .mtu = error.ee_info};
}

}  // namespace

void raise_net_raw() {
  if (capng_get_caps_process() != 0) throw OsError(EIO, "read capabilities");
  // CAP_NET_ADMIN is asked for SO_MARK by kernels before 5.17.
  for (unsigned capability : {CAP_NET_RAW, CAP_NET_ADMIN})
    if (capng_have_capability(CAPNG_PERMITTED, capability))
      capng_update(CAPNG_ADD, CAPNG_EFFECTIVE, capability);
  if (capng_apply(CAPNG_SELECT_CAPS) != 0) throw OsError(EPERM, "raise CAP_NET_RAW");
}

RawSocket RawSocket::open(IpFamily family, const Options& options) {
  int af = IpAddress::any(family).af();
  RawSocket raw(UniqueFd(check(socket(af, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_GRE),
                               "open a raw socket for GRE")),
                family);
  attach_filter(raw.fd(), drop_everything());
  if (family == IpFamily::v6) ask_for_icmp(raw.fd());

  if (options.mark)
    check(setsockopt(raw.fd(), SOL_SOCKET, SO_MARK, &options.mark, sizeof options.mark),
          "set mark {} on the GRE socket", options.mark);
  if (!options.device.empty())
    check(setsockopt(raw.fd(), SOL_SOCKET, SO_BINDTODEVICE, options.device.c_str(),
                     static_cast<socklen_t>(options.device.size())),
          "bind the GRE socket to the device {}", options.device);
  // Welcome, not needed. For sending, more would only be more delay in front of a slow device.
  for (int option : {SO_RCVBUFFORCE, SO_RCVBUF})
    if (setsockopt(raw.fd(), SOL_SOCKET, option, &kReceiveBuffer, sizeof kReceiveBuffer) == 0)
      break;
  return raw;
}

void RawSocket::join(CallId call, const IpAddress& local, const IpAddress& server) {
  if (local) {
    SocketAddress address(local, 0);
    check(bind(fd(), address.get(), address.length), "bind to {}", local.text());
  }
  server_ = server;
  check(connect_to_server(), "connect to {}", server.text());
  // Whatever came between socket() and the first filter is foreign. The call has not been asked for
  // yet, and the filter still drops everything, so nothing of ours can be lost here.
  drain();
  attach_filter(fd(), accept_call(call, server));
  lock_filter(fd());
}

int RawSocket::connect_to_server() const {
  SocketAddress address(server_, 0);
  return connect(fd(), address.get(), address.length);
}

void RawSocket::drain() const {
  for (int messages = 0; messages < kMaxForeign && take_icmp();) messages++;
  char byte;
  for (int packet = 0; packet < kMaxForeign; packet++)
    if (recv(fd(), &byte, sizeof byte, MSG_DONTWAIT) < 0 && errno == EAGAIN) return;
}

int RawSocket::take_error() const {
  int error = 0;
  socklen_t size = sizeof error;
  return getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size) < 0 ? 0 : error;
}

std::optional<IcmpError> RawSocket::take_icmp() const {
  if (family_ != IpFamily::v6) return std::nullopt;
  std::array<uint8_t, kGreBeginning> quoted{};
  iovec vector{quoted.data(), quoted.size()};
  alignas(cmsghdr) std::array<char, 256> control;
  msghdr message{};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t size = recvmsg(fd(), &message, MSG_ERRQUEUE | MSG_DONTWAIT);
  if (size < 0) return std::nullopt;
  IcmpError found = icmp_error(message);
  found.quoted = quoted;
  found.quoted_size = std::min(static_cast<size_t>(size), quoted.size());
  return found;
}

// What the kernel grants, its own bookkeeping included.
size_t RawSocket::buffer(Direction direction) const {
  int bytes = 0;
  socklen_t size = sizeof bytes;
  int option = direction == Direction::send ? SO_SNDBUF : SO_RCVBUF;
  int result = getsockopt(fd(), SOL_SOCKET, option, &bytes, &size);
  return result < 0 || bytes < 0 ? 0 : static_cast<size_t>(bytes);
}

// An IPv6 socket tells what was so when it was connected, whatever the kernel has learnt since:
// connected anew to the same address it tells what is so. Nothing else changes by that.
size_t RawSocket::path_mtu() const {
  int mtu = 0;
  socklen_t size = sizeof mtu;
  bool v6 = family_ == IpFamily::v6;
  if (v6) (void)connect_to_server();
  int result =
      getsockopt(fd(), v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_MTU : IP_MTU, &mtu, &size);
  return result < 0 || mtu < 0 ? 0 : static_cast<size_t>(mtu);
}

}  // namespace callgate

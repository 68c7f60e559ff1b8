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

constexpr int kMaxForeign = 1 << 16;  // packets; more than fit into the buffer

// Without this option a raw IPv6 socket does not hear of "packet too big", and hears less of other
// ICMPv6 messages than a raw IPv4 socket does.
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
  // Kernels before 5.17 require CAP_NET_ADMIN for SO_MARK.
  for (unsigned capability : {CAP_NET_RAW, CAP_NET_ADMIN})
    if (capng_have_capability(CAPNG_PERMITTED, capability))
      capng_update(CAPNG_ADD, CAPNG_EFFECTIVE, capability);
  if (capng_apply(CAPNG_SELECT_CAPS) != 0) throw OsError(EPERM, "raise CAP_NET_RAW");
}

RawSocket RawSocket::open(IpFamily family, uint32_t mark, int buffer) {
  int af = IpAddress::any(family).af();
  RawSocket raw(UniqueFd(check(socket(af, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_GRE),
                               "open a raw socket for GRE")),
                family);
  attach_filter(raw.fd(), drop_everything());
  if (family == IpFamily::v6) ask_for_icmp(raw.fd());

  if (mark)
    check(setsockopt(raw.fd(), SOL_SOCKET, SO_MARK, &mark, sizeof mark),
          "set mark {} on the GRE socket", mark);
  // A larger buffer helps but is not required. A larger buffer for sending would only add delay in
  // front of a slow device.
  for (int option : {SO_RCVBUFFORCE, SO_RCVBUF})
    if (setsockopt(raw.fd(), SOL_SOCKET, option, &buffer, sizeof buffer) == 0) break;
  return raw;
}

// A device needs no privilege since Linux 5.7. A mark does, and is set before privileges are
// dropped.
void RawSocket::join(const CallAssigned& call) {
  require_mark(call.mark);
  if (!call.device.empty())
    check(setsockopt(fd(), SOL_SOCKET, SO_BINDTODEVICE, call.device.c_str(),
                     static_cast<socklen_t>(call.device.size())),
          "bind the GRE socket to the device {}", call.device);
  SocketAddress address(call.local, 0);
  check(bind(fd(), address.get(), address.length), "bind to {}", call.local.text());
  server_ = call.server;
  check(connect_to_server(), "connect to {}", server_.text());
  // Packets that came between socket() and the first filter are not ours. The call has not been
  // requested yet, and the filter still drops everything, so no packet of the call can be lost
  // here.
  drain();
  attach_filter(fd(), accept_call(call.call_id, server_));
  lock_filter(fd());
}

void RawSocket::require_mark(uint32_t mark) const {
  uint32_t have = 0;
  socklen_t size = sizeof have;
  check(getsockopt(fd(), SOL_SOCKET, SO_MARK, &have, &size), "read the mark of the GRE socket");
  if (have != mark)
    throw OsError(EPERM,
                  fmt::format("change the mark of the GRE socket from {} to {}", have, mark));
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

// What the kernel grants, including the room for its own bookkeeping.
size_t RawSocket::buffer(Direction direction) const {
  int bytes = 0;
  socklen_t size = sizeof bytes;
  int option = direction == Direction::send ? SO_SNDBUF : SO_RCVBUF;
  int result = getsockopt(fd(), SOL_SOCKET, option, &bytes, &size);
  return result < 0 || bytes < 0 ? 0 : static_cast<size_t>(bytes);
}

// An IPv6 socket reports the MTU from the time at which it was connected, whatever the kernel has
// learnt since. So it is connected to the same address again, which changes nothing else.
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

// SPDX-License-Identifier: GPL-2.0-or-later
// The raw socket for IP protocol 47. Only open() needs a capability; everything after it works
// without one.
#pragma once

#include <sys/socket.h>

#include "common/channel/channel_message.hh"
#include "common/system/unique_fd.hh"
#include "common/wire/ids.hh"
#include "common/wire/ip_address.hh"
#include "gre/icmp_error.hh"

namespace callgate {

class RawSocket {
 public:
  RawSocket() = default;

  // Bytes for what arrives while we get no processor time. For a pty, enough for 20 ms at the rate
  // at which it takes frames of any size. A network interface is quicker, and TCP may have 6 MB on
  // their way. The kernel doubles the value; without CAP_NET_ADMIN it grants at most
  // net.core.rmem_max.
  static constexpr int kBufferForPty = 1 << 20, kBufferForTun = 4 << 20;

  // Opens a socket whose filter drops every packet until join(). `mark`: SO_MARK, 0 = none. Throws
  // OsError.
  static RawSocket open(IpFamily family, uint32_t mark, int buffer = kBufferForPty);

  // Ties it to one call for the rest of its life: to the device, our address and the server's, and
  // by a locked filter to the call ID. Throws OsError, also if the call is to have another mark.
  void join(const CallAssigned& call);

  int fd() const { return fd_.get(); }
  IpFamily family() const { return family_; }
  explicit operator bool() const { return static_cast<bool>(fd_); }

  // Takes the pending error, which an ICMP message has caused; 0 = none.
  int take_error() const;
  // Takes the oldest ICMPv6 message from the error queue. An IPv4 socket has only the pending
  // error.
  std::optional<IcmpError> take_icmp() const;
  // The largest IP packet that the path to the server carries, as far as the kernel knows. Bytes;
  // 0 = unknown.
  size_t path_mtu() const;
  enum class Direction : uint8_t { receive, send };
  size_t buffer(Direction direction) const;  // bytes, 0 = unknown

 private:
  RawSocket(UniqueFd fd, IpFamily family) : fd_(std::move(fd)), family_(family) {}
  int connect_to_server() const;  // returns what connect(2) returns
  void require_mark(uint32_t mark) const;
  void drain() const;

  UniqueFd fd_;
  IpFamily family_ = IpFamily::none;
  IpAddress server_;
};

// Makes CAP_NET_RAW effective if a file capability has given it to us, because then it is only
// permitted. If we do not have it at all, RawSocket::open() will fail and report that.
void raise_net_raw();

}  // namespace callgate

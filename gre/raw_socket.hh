// SPDX-License-Identifier: GPL-2.0-or-later
// The raw socket for IP protocol 47. open() is the only thing in the gateway that needs a
// capability; everything after it works without.
#pragma once

#include <sys/socket.h>

#include <string>

#include "common/system/unique_fd.hh"
#include "common/wire/ids.hh"
#include "common/wire/ip_address.hh"
#include "gre/icmp_error.hh"

namespace callgate {

class RawSocket {
 public:
  struct Options {
    uint32_t mark = 0;   // SO_MARK, 0 = none
    std::string device;  // SO_BINDTODEVICE, empty = any
  };

  RawSocket() = default;

  // Opens it deaf: a filter drops every packet until join(). Throws OsError.
  static RawSocket open(IpFamily family, const Options& options);

  // Binds it to one call, for good: our address, the server's, and a locked filter for the call ID.
  void join(CallId call, const IpAddress& local, const IpAddress& server);

  int fd() const { return fd_.get(); }
  IpFamily family() const { return family_; }
  explicit operator bool() const { return static_cast<bool>(fd_); }

  // Takes the error that an ICMP message left behind; 0 = none.
  int take_error() const;
  // Takes the oldest ICMPv6 message from the error queue. An IPv4 socket has none: there, the error
  // is all.
  std::optional<IcmpError> take_icmp() const;
  // Largest IP packet that the path to the server carries, as far as the kernel knows; 0 = unknown.
  size_t path_mtu() const;
  enum class Direction : uint8_t { receive, send };
  size_t buffer(Direction direction) const;  // bytes, 0 = unknown

 private:
  RawSocket(UniqueFd fd, IpFamily family) : fd_(std::move(fd)), family_(family) {}
  int connect_to_server() const;  // as connect(2)
  void drain() const;

  UniqueFd fd_;
  IpFamily family_ = IpFamily::none;
  IpAddress server_;
};

// Makes CAP_NET_RAW effective where a file capability gave it to us (permitted only). Where we do
// not have it at all, opening the socket will fail and say so.
void raise_net_raw();

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// The raw GRE sockets of the server, one for each address family, in batches.
#pragma once

#include <sys/socket.h>

#include <functional>
#include <vector>

#include "common/system/unique_fd.hh"
#include "common/wire/bytes.hh"
#include "common/wire/ip_address.hh"

namespace callgate::ppp::test {

constexpr size_t kSlot = 2048;  // bytes, for one packet
constexpr size_t kBatch = 64;   // packets

class GreEnd {
 public:
  GreEnd();  // throws OsError

  int fd(IpFamily family) const { return fds_[family == IpFamily::v6].get(); }

  // Reads one batch, and gives each packet from its GRE header on. Its bytes stay until the next
  // batch of any family.
  void receive(IpFamily family, const std::function<void(std::span<uint8_t> packet)>& take);

  // The memory of the next packet to be sent: kSlot bytes. If all slots are full(), or have packets
  // to an address of the other family, they are sent first.
  uint8_t* slot(const SocketAddress& to);
  bool full() const { return filled_ == kBatch; }
  // The packet is in slot(), at `offset`.
  void send(SocketAddress& to, size_t offset, size_t size);
  void flush();

 private:
  struct Slots {
    Slots();
    std::vector<uint8_t> memory;
    std::vector<iovec> vectors;
    std::vector<mmsghdr> headers;
  };

  UniqueFd fds_[2];  // IPv4, IPv6
  Slots in_, out_;
  std::vector<SocketAddress> to_;
  size_t filled_ = 0;  // of out_
};

}  // namespace callgate::ppp::test

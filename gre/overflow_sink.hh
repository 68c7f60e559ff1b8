// SPDX-License-Identifier: GPL-2.0-or-later
// Keeps the kernel from telling the server that nobody is here. Since Linux 6.3 the kernel ignores
// a raw socket whose buffer is full. If there is no other socket for the packet, it answers with
// ICMP "protocol unreachable", and pptpd hangs up at the first such message. A second raw socket,
// which accepts every packet and whose filter keeps none, turns the answer into a silent loss.
//
// The sink is there from the first moment to the last. If it existed only during bursts of packets,
// the kernel would run one filter less per packet, but a gateway that gets no processor time for a
// while would notice the burst too late.
#pragma once

#include "common/system/unique_fd.hh"
#include "common/wire/ip_address.hh"

namespace callgate {

class OverflowSink {
 public:
  OverflowSink() = default;

  // Needs the same capability as RawSocket::open(). Throws OsError.
  static OverflowSink open(IpFamily family);

  // Accepts packets for this address, at which the call's packets arrive.
  void guard(const IpAddress& local) const;

 private:
  UniqueFd fd_;
};

}  // namespace callgate

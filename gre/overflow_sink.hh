// SPDX-License-Identifier: GPL-2.0-or-later
// Keeps the kernel from telling the server that nobody is here. Since Linux 6.3 a raw socket whose
// buffer is full counts as none: the packet is answered by ICMP "protocol unreachable", and pptpd
// hangs up on the first of those. Another raw socket that takes every packet, and whose filter
// keeps none, makes it a silent loss again.
//
// It stands by from the first moment to the last. To have it only while packets come in bursts
// would spare the kernel a filter run per packet, but a gateway that gets no processor time for a
// while would learn of the burst too late.
#pragma once

#include "common/system/unique_fd.hh"
#include "common/wire/ip_address.hh"

namespace callgate {

class OverflowSink {
 public:
  OverflowSink() = default;

  // Needs the same capability as RawSocket::open(). Throws OsError.
  static OverflowSink open(IpFamily family);

  // The address at which the call's packets arrive.
  void guard(const IpAddress& local) const;

 private:
  UniqueFd fd_;
};

}  // namespace callgate

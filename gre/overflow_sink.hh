// SPDX-License-Identifier: GPL-2.0-or-later
// Keeps the kernel from telling the server that nobody is here. Since Linux 6.3 a raw socket whose
// buffer is full counts as none: the packet is answered by ICMP "protocol unreachable", and pptpd
// hangs up on the first of those. Another raw socket that takes every packet, and whose filter
// keeps none, makes it a silent loss again.
//
// Each packet costs the kernel something for each socket that it matches, of all calls. So the sink
// stands by only while packets come in bursts: otherwise it is bound to the loopback address.
#pragma once

#include <optional>

#include "common/ids.hh"
#include "common/ip_address.hh"
#include "common/unique_fd.hh"

namespace callgate {

class OverflowSink {
 public:
  static constexpr size_t kBurst = 16;              // packets in one wake-up
  static constexpr std::chrono::seconds kCalm{10};  // without a burst

  OverflowSink() = default;

  // Needs the same capability as RawSocket::open(). Throws OsError.
  static OverflowSink open(IpFamily family);

  // The address at which the call's packets arrive.
  void guard(const IpAddress& local);

  // So many packets came at once, or `full`: they are not read for now.
  void received(size_t packets, bool full, TimePoint now);
  void expire(TimePoint now);
  std::optional<TimePoint> next_deadline() const;

  bool stands_by() const { return stands_by_; }

 private:
  void bind_to(const IpAddress& address) const;
  void set(bool stands_by);

  UniqueFd fd_;
  IpAddress local_;
  bool stands_by_ = false;
  TimePoint last_burst_;
};

}  // namespace callgate

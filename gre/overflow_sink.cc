// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/overflow_sink.hh"

#include <netinet/in.h>

#include "common/os_error.hh"
#include "gre/socket_filter.hh"

namespace callgate {
namespace {

IpAddress loopback(IpFamily family) {
  IpAddress address{.family = family};
  if (family == IpFamily::v6)
    address.bytes[15] = 1;
  else
    address.bytes = {127, 0, 0, 1};
  return address;
}

}  // namespace

OverflowSink OverflowSink::open(IpFamily family) {
  OverflowSink sink;
  int af = IpAddress::any(family).af();
  sink.fd_.reset(check(socket(af, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_GRE),
                       "open a raw socket for GRE"));
  attach_filter(sink.fd_.get(), drop_everything());
  lock_filter(sink.fd_.get());
  return sink;
}

void OverflowSink::guard(const IpAddress& local) {
  local_ = local;
  bind_to(loopback(local.family));
}

void OverflowSink::received(size_t packets, bool full, TimePoint now) {
  if (packets < kBurst && !full) return;
  last_burst_ = now;
  if (!stands_by_) set(true);
}

void OverflowSink::expire(TimePoint now) {
  if (stands_by_ && now - last_burst_ >= kCalm) set(false);
}

std::optional<TimePoint> OverflowSink::next_deadline() const {
  if (!stands_by_) return std::nullopt;
  return last_burst_ + kCalm;
}

void OverflowSink::set(bool stands_by) {
  stands_by_ = stands_by;
  bind_to(stands_by ? local_ : loopback(local_.family));
}

// If it fails, there is no such address at the moment: nothing depends on it but a courtesy.
void OverflowSink::bind_to(const IpAddress& address) const {
  SocketAddress where(address, 0);
  (void)bind(fd_.get(), where.get(), where.length);
}

}  // namespace callgate

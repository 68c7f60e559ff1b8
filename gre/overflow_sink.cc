// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/overflow_sink.hh"

#include <netinet/in.h>

#include "common/system/os_error.hh"
#include "gre/socket_filter.hh"

namespace callgate {

OverflowSink OverflowSink::open(IpFamily family) {
  OverflowSink sink;
  int af = IpAddress::any(family).af();
  sink.fd_.reset(check(socket(af, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_GRE),
                       "open a raw socket for GRE"));
  attach_filter(sink.fd_.get(), drop_everything());
  lock_filter(sink.fd_.get());
  return sink;
}

// If bind() fails, this host does not have the address at the moment. Nothing depends on the sink,
// so the error is ignored.
void OverflowSink::guard(const IpAddress& local) const {
  SocketAddress where(local, 0);
  (void)bind(fd_.get(), where.get(), where.length);
}

}  // namespace callgate

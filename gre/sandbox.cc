// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/sandbox.hh"

#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "common/system/landlock.hh"
#include "common/system/log.hh"

namespace callgate {
namespace {

// pppd 2, standard error, channel, signals, log, two sockets for each address family; the rest
// is for a log that has to be opened again. (poll() wants no more entries than this, too.)
constexpr uint64_t kDescriptors = 16;

}  // namespace

AllowList gateway_copies() {
  return {{"waiting for any of them", {"poll", "ppoll"}},
          // and recvmsg() for ICMPv6, connect() for the path's MTU: both as for the log
          {"GRE packets in batches", {"recvmmsg", "sendmmsg"}},
          {"leaving the call manager", {"shutdown"}}};
}

AllowList gateway_sets_up() {
  return AllowList{{"the call's addresses", {"bind"}},  // and connect(), as for the log
                   {"the call's packet filter, and its lock",
                    {{"setsockopt", {{1, SOL_SOCKET}, {2, SO_ATTACH_FILTER}}},
                     {"setsockopt", {{1, SOL_SOCKET}, {2, SO_LOCK_FILTER}}}}},
                   kAnotherFilter} +
         gateway_copies();
}

void confine_gateway() {
  limit_resources({.descriptors = kDescriptors, .processes = 0});
  if (!restrict_reach({})) log::debug("this kernel has no Landlock: system calls are filtered");
}

}  // namespace callgate

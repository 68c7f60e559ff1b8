// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/sandbox.hh"

#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "common/system/landlock.hh"
#include "common/system/log.hh"

namespace callgate {
namespace {

// pppd has two; standard error, the channel, signals and the log have one each; each address family
// has two sockets. The rest is for a log that must be opened again. poll() cannot have more
// entries.
constexpr uint64_t kDescriptors = 16;

}  // namespace

AllowList gateway_copies() {
  return {{"waiting for any of them", {"poll", "ppoll"}},
          // recvmsg() for ICMPv6 and connect() for the path's MTU are allowed for the log
          {"GRE packets in batches", {"recvmmsg", "sendmmsg"}},
          {"whether pppd has detached", {"getppid"}},
          {"leaving the call manager", {"shutdown"}}};
}

AllowList gateway_sets_up() {
  return AllowList{{"the call's addresses", {"bind"}},  // connect() is allowed for the log
                   {"the call's device", {{"setsockopt", {{1, SOL_SOCKET}, {2, SO_BINDTODEVICE}}}}},
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

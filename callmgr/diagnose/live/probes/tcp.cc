// SPDX-License-Identifier: GPL-2.0-or-later
// Does the server accept TCP connections on port 1723? Every address of its name is tried in turn,
// as pptp does.
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <cstring>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/child.hh"
#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "callmgr/diagnose/live/words.hh"
#include "common/system/os_error.hh"
#include "common/wire/control_message.hh"

namespace callgate::diagnose::live {
namespace {

constexpr Duration kAllWithin{5'000};   // for all addresses together
constexpr Duration kPerAddress{3'000};  // if another address follows

// Returns 0 or errno.
int connected(int fd, TimePoint deadline) {
  pollfd waiting{fd, POLLOUT, 0};
  int ready = poll(&waiting, 1, milliseconds_until(deadline));
  if (ready == 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  if (ready < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return errno;
  return error;
}

int try_address(Case& the_case, const IpAddress& address, TimePoint deadline) {
  UniqueFd fd(socket(address.af(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return errno;
  SocketAddress remote(address, kPptpPort), local;
  if (connect(fd.get(), remote.get(), remote.length) < 0 && errno != EINPROGRESS) return errno;
  if (int error = connected(fd.get(), deadline)) return error;
  getsockname(fd.get(), local.get(), &local.length);
  the_case.local = local.address().value_or(IpAddress{});
  the_case.address = address;
  the_case.control = std::move(fd);
  return 0;
}

Result cannot_connect(const IpAddress& address, int error, size_t tried) {
  auto server = address.text();
  auto what = error == ETIMEDOUT ? "no answer" : std::strerror(error);
  auto seen = fmt::format("cannot connect to {} on TCP port 1723: {}{}", server, what,
                          tried > 1 ? fmt::format(" (and {} more addresses)", tried - 1) : "");
  switch (error) {
    case ECONNREFUSED: return failure("tcp-refused", seen, server);
    case ENETUNREACH: return failure("tcp-network-unreachable", seen, server);
    case EHOSTUNREACH: return failure("tcp-no-route-to-host", seen, server);
    case EPERM: return failure("tcp-not-permitted", seen);
    default: return failure("tcp-timed-out", seen, server);
  }
}

}  // namespace

Result probe_tcp(Case& the_case) {
  auto start = Clock::now(), end = the_case.within(kAllWithin);
  size_t tried = 0;
  int first_error = 0;
  for (const auto& address : the_case.addresses) {
    bool last = tried + 1 == the_case.addresses.size();
    auto deadline = last ? end : std::min(end, Clock::now() + kPerAddress);
    int error = try_address(the_case, address, deadline);
    if (error == 0) {
      auto took = std::chrono::duration_cast<Duration>(Clock::now() - start);
      return pass(
          fmt::format("{} accepts the connection, in {}", address.text(), in_seconds(took)));
    }
    if (tried++ == 0) first_error = error;
    if (Clock::now() >= end) break;
  }
  return cannot_connect(the_case.addresses.front(), first_error, tried);
}

}  // namespace callgate::diagnose::live

// SPDX-License-Identifier: GPL-2.0-or-later
// Does the server take TCP connections on port 1723? Every address of its name is tried in turn, as
// pptp does.
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <cstring>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/child.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "common/system/os_error.hh"
#include "common/wire/control_message.hh"

namespace callgate::diagnose::live {
namespace {

constexpr Duration kPatience{5'000};    // for all addresses together
constexpr Duration kPerAddress{3'000};  // where another one follows

// 0, or the error number.
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

struct Meaning {
  int error;
  const char *rule, *entry, *cause, *remedy;  // {}: the address
};

constexpr Meaning kMeanings[] = {
    {ECONNREFUSED, "tcp-refused", "S08",
     "The host answers, but nothing there listens on TCP port 1723, or a firewall refuses on its "
     "behalf. Either this is"
     " not the PPTP server, or its PPTP service does not run.",
     "Check the server's name and address; on the server, look whether PPTP runs:\n"
     "  ss -ltn sport = 1723\n  systemctl start pptpd"},
    {ENETUNREACH, "tcp-network-unreachable", "S09",
     "No route leads to the server's network; mostly there is no Internet connection at the "
     "moment.",
     "Bring the network up, and look at the route:\n  ip route get {}"},
    {EHOSTUNREACH, "tcp-no-route-to-host", "S10",
     "A router on the way, or this machine's own neighbour discovery, reports that the host does "
     "not answer; a firewall"
     " may also say so in order to refuse.",
     "Look where the path ends:\n  ip neigh show {0}\n  traceroute {0}"},
    {EPERM, "tcp-not-permitted", "F3",
     "The packet filter of this host drops what is sent to TCP port 1723.",
     "Allow it, here with nftables:\n  nft list ruleset\n  nft insert rule inet filter output tcp "
     "dport 1723 accept"},
    {ETIMEDOUT, "tcp-timed-out", "F3",
     "Nothing comes back from the server's TCP port 1723: the host is down, the address is wrong, "
     "or a firewall drops"
     " the packets.",
     "Look where the path ends, and try the same from another network:\n  traceroute -T -p 1723 "
     "{0}\n"
     "Where it works from elsewhere, the firewall of this network drops TCP port 1723: ask for it "
     "to be opened."},
};

Result failure(const IpAddress& address, int error, size_t tried) {
  const auto* meaning = &kMeanings[std::size(kMeanings) - 1];
  for (const auto& candidate : kMeanings)
    if (candidate.error == error) meaning = &candidate;
  auto what = error == ETIMEDOUT ? "no answer" : std::strerror(error);
  auto text = address.text();
  return {.outcome = Outcome::fail,
          .seen = fmt::format("cannot connect to {} on TCP port 1723: {}{}", text, what,
                              tried > 1 ? fmt::format(" (and {} more addresses)", tried - 1) : ""),
          .cause = meaning->cause,
          .remedy = fmt::format(fmt::runtime(meaning->remedy), text),
          .rule = meaning->rule,
          .entry = meaning->entry};
}

}  // namespace

Result probe_tcp(Case& the_case) {
  auto start = Clock::now(), end = the_case.within(kPatience);
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
  return failure(the_case.addresses.front(), first_error, tried);
}

}  // namespace callgate::diagnose::live

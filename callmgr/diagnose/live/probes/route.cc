// SPDX-License-Identifier: GPL-2.0-or-later
// The way to the server: is there one, does it lead into the tunnel itself, and how large may a
// packet on it be?
#include <fmt/format.h>
#include <net/if.h>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "callmgr/diagnose/live/probes/ppp_link.hh"
#include "common/system/os_error.hh"
#include "common/system/rtnetlink.hh"

namespace callgate::diagnose::live {
namespace {

constexpr uint16_t kAnyPort = 9;  // nothing is sent
constexpr int kHeaders = 16 + 8;  // GRE with both numbers; PPP and MPPE
constexpr int kLeastMtu = 128;    // pppd takes no less

std::string way_of(const Route& route, const std::string& interface) {
  auto text = fmt::format("{} is reached through {}", route.destination.text(), interface);
  if (route.gateway) text += " by way of " + route.gateway.text();
  return text;
}

Result no_route(const IpAddress& address) {
  return {.outcome = Outcome::fail,
          .seen = fmt::format("there is no route to {}", address.text()),
          .cause =
              "This machine has no route that leads to the server: mostly it has no Internet "
              "connection at the"
              " moment.",
          .remedy = fmt::format("Bring the network up, and look again:\n  ip route get {}",
                                address.text()),
          .rule = "tcp-network-unreachable",
          .entry = "S09"};
}

Result loop(const Route& route, const std::string& interface, const std::string& why) {
  auto server = route.destination.text();
  auto full = route.destination.size() * 8;
  return {.outcome = Outcome::fail,
          .seen = fmt::format("{}, and that is {}", way_of(route, interface), why),
          .cause =
              "The tunnel's own packets would go into the tunnel: they go round inside this "
              "machine, its counters"
              " climb, and nothing arrives.",
          .remedy = fmt::format(
              "Give the server a route of its own, through the gateway that leads to the Internet"
              " without the tunnel:\n  ip route add {}/{} via GATEWAY dev INTERFACE\n"
              "and let pppd's defaultroute, or the routes that ip-up sets, come after it.",
              server, full),
          .rule = "route-loop",
          .entry = "S48"};
}

int path_mtu(const IpAddress& address) {
  UniqueFd fd(check(socket(address.af(), SOCK_DGRAM | SOCK_CLOEXEC, 0), "create a UDP socket"));
  SocketAddress remote(address, kAnyPort);
  check(connect(fd.get(), remote.get(), remote.length), "find the route to {}", address.text());
  int mtu = 0;
  socklen_t size = sizeof mtu;
  bool v6 = address.family == IpFamily::v6;
  check(getsockopt(fd.get(), v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_MTU : IP_MTU, &mtu, &size),
        "find the MTU of the path to {}", address.text());
  return mtu;
}

}  // namespace

Result probe_route(Case& the_case) {
  const auto& address = the_case.addresses.front();
  auto route = RouteSocket().lookup(address, 0);
  if (!route || route->interface == 0) return no_route(address);
  char name[IF_NAMESIZE] = "";
  if_indextoname(route->interface, name);
  the_case.interface = name;
  if (the_case.interface == "lo")
    return pass(fmt::format("{} is this machine itself", address.text()));
  if (!route->unicast) return no_route(address);
  if (auto why = leads_back(the_case, name); !why.empty()) return loop(*route, name, why);
  return pass(way_of(*route, name));
}

Result probe_path_mtu(Case& the_case) {
  const auto& address = the_case.addresses.front();
  int mtu = path_mtu(address);
  int room = mtu - (address.family == IpFamily::v6 ? 40 : 20) - kHeaders;
  if (room >= kLeastMtu)
    return pass(
        fmt::format("packets of {} bytes fit, as far as is known: PPP packets of up to {} bytes",
                    mtu, std::min(room, 1500)));
  return {.outcome = Outcome::fail,
          .seen = fmt::format("the path carries packets of {} bytes only", mtu),
          .cause = "No PPP packet of a useful size fits.",
          .remedy = fmt::format("Set a larger MTU on the interface:\n  ip link set dev {} mtu 1500",
                                shell_word(the_case.interface)),
          .rule = "path-mtu-too-small",
          .entry = "S50"};
}

}  // namespace callgate::diagnose::live

// SPDX-License-Identifier: GPL-2.0-or-later
// Is there a route to the server, does it lead into the tunnel itself, and how large may a packet
// on it be?
#include <fmt/format.h>
#include <net/if.h>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "callmgr/diagnose/live/probes/ppp_link.hh"
#include "common/command_line/shell_quote.hh"
#include "common/system/path_mtu.hh"
#include "common/system/rtnetlink.hh"

namespace callgate::diagnose::live {
namespace {

std::string text_of(const Way& way, const IpAddress& address, const std::string& interface) {
  auto text = fmt::format("{} is reached through {}", address.text(), interface);
  if (way.gateway) text += " by way of " + way.gateway.text();
  return text;
}

Result no_route(const IpAddress& address) {
  auto server = address.text();
  return failure("tcp-network-unreachable", fmt::format("there is no route to {}", server), server);
}

Result loop(const std::string& way, const IpAddress& address, const std::string& why) {
  return failure("route-loop", fmt::format("{}, and that is {}", way, why), address.text(),
                 std::to_string(address.size() * 8));
}

}  // namespace

Result probe_route(Case& the_case) {
  const auto& address = the_case.addresses.front();
  auto route = RouteSocket().lookup(address);
  if (!route || route->way.interface == 0) return no_route(address);
  char name[IF_NAMESIZE] = "";
  if_indextoname(route->way.interface, name);
  the_case.interface = name;
  if (the_case.interface == "lo")
    return pass(fmt::format("{} is this machine itself", address.text()));
  if (!route->unicast) return no_route(address);
  auto way = text_of(route->way, address, name);
  if (auto why = leads_back(the_case, name); !why.empty()) return loop(way, address, why);
  return pass(way);
}

Result probe_path_mtu(Case& the_case) {
  const auto& address = the_case.addresses.front();
  auto path = path_mtu(address);
  if (auto mtu = ppp_mtu(path, address.family))
    return pass(fmt::format(
        "packets of {} bytes fit, as far as is known: PPP packets of up to {} bytes", path, mtu));
  return failure("path-mtu-too-small",
                 fmt::format("the path carries packets of {} bytes only", path),
                 shell_quote(the_case.interface));
}

}  // namespace callgate::diagnose::live

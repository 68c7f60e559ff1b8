// SPDX-License-Identifier: GPL-2.0-or-later
// The words about the network protocols of the PPP link: IPCP and IPV6CP. Defaults are pppd's.
#include <arpa/inet.h>

#include <algorithm>

#include "common/pppd/set_field.hh"

namespace callgate {
namespace {

using State = EngineState;
using Text = const std::string&;
using Link = LinkOptions;

// The 64 bits of an interface identifier, written as the IPv6 address ::X:X:X:X. 0: it is none.
uint64_t interface_identifier(const std::string& text) {
  in6_addr address{};
  uint64_t identifier = 0;
  if (inet_pton(AF_INET6, text.c_str(), &address) != 1) return 0;
  if (std::any_of(address.s6_addr, address.s6_addr + 8, [](uint8_t byte) { return byte != 0; }))
    return 0;
  for (int i = 8; i < 16; i++) identifier = identifier << 8 | address.s6_addr[i];
  return identifier;
}

std::string ipv6(State& state, Text value) {
  auto comma = value.find(',');
  auto local = value.substr(0, comma);
  if (comma != value.npos && comma + 1 != value.size())
    return "takes only an identifier for this end: the server chooses its own";
  auto identifier = interface_identifier(local);
  if (!identifier && !local.empty()) return "takes an interface identifier such as ::1";
  state.tunnel.link.local_interface = identifier;
  state.tunnel.link.ipv6 = true;
  return "";
}

}  // namespace

std::vector<EngineWord> network_words() {
  return {
      {"noip -ip", "", "no IPv4", {}, set_flag(&Link::ipv4, false)},
      {"noipdefault",
       "",
       "always so: the address of this host is not asked for",
       {},
       [](State&, Text) { return std::string(); }},
      {"noremoteip",
       "",
       "always so: the server may have no address",
       {},
       [](State&, Text) { return std::string(); }},
      {"ipcp-accept-local",
       "",
       "accept the server's choice of our address",
       {},
       set_flag(&Link::accept_local, true)},
      {"ipcp-accept-remote",
       "",
       "accept the server's choice of its address",
       {},
       set_flag(&Link::accept_remote, true)},
      {"usepeerdns", "", "ask the server for name servers", {}, set_flag(&Link::dns, true)},
      {"usepeerwins",
       "",
       "ask the server for WINS servers, for the scripts",
       {},
       set_flag(&Link::wins, true)},
      {"ipcp-restart",
       "SECONDS",
       "as lcp-restart, for IPv4",
       {},
       set_timer(&Link::ipcp_timers, &LinkTimers::restart)},
      {"ipcp-max-configure",
       "COUNT",
       "as lcp-max-configure, for IPv4",
       {},
       set_timer(&Link::ipcp_timers, &LinkTimers::max_configure)},
      {"ipcp-max-terminate",
       "COUNT",
       "as lcp-max-terminate, for IPv4",
       {},
       set_timer(&Link::ipcp_timers, &LinkTimers::max_terminate)},
      {"ipcp-max-failure",
       "COUNT",
       "as lcp-max-failure, for IPv4",
       {},
       set_timer(&Link::ipcp_timers, &LinkTimers::max_failure)},
      {"ipv6cp-restart",
       "SECONDS",
       "as lcp-restart, for IPv6",
       {},
       set_timer(&Link::ipv6cp_timers, &LinkTimers::restart)},
      {"ipv6cp-max-configure",
       "COUNT",
       "as lcp-max-configure, for IPv6",
       {},
       set_timer(&Link::ipv6cp_timers, &LinkTimers::max_configure)},
      {"ipv6cp-max-terminate",
       "COUNT",
       "as lcp-max-terminate, for IPv6",
       {},
       set_timer(&Link::ipv6cp_timers, &LinkTimers::max_terminate)},
      {"ipv6cp-max-failure",
       "COUNT",
       "as lcp-max-failure, for IPv6",
       {},
       set_timer(&Link::ipv6cp_timers, &LinkTimers::max_failure)},
      {"+ipv6", "", "also negotiate IPv6", {}, set_flag(&Link::ipv6, true)},
      {"noipv6 -ipv6", "", "no IPv6", {}, set_flag(&Link::ipv6, false)},
      {"ipv6", "LOCAL", "negotiate IPv6 with this interface identifier", {}, ipv6},
  };
}

}  // namespace callgate

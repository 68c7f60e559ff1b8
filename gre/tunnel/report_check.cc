// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/report_check.hh"

#include <fmt/format.h>

#include <algorithm>

#include "gre/tunnel/interface.hh"

namespace callgate {
namespace {

constexpr uint16_t kLeastIpv4Mtu = 68, kLeastIpv6Mtu = 1280;  // bytes, RFC 791 and RFC 8200

// RFC 1122 section 3.2.1.3: "this network", loopback, multicast, reserved and broadcast.
bool is_host(uint32_t address) {
  uint32_t first = address >> 24;
  return first != 0 && first != 127 && first < 224;
}

}  // namespace

std::optional<std::string> trouble(const LinkReport& report) {
  auto local = ipv4_text(report.local);
  if (report.kind == LinkReport::Kind::ipv6_up) {
    if (report.local_interface == 0 || report.local_interface == report.remote_interface)
      return "the interface identifiers for IPv6 are zero or the same";
    return std::nullopt;
  }
  if (report.kind != LinkReport::Kind::ipv4_up) return std::nullopt;
  if (report.local == 0) return "Could not determine local IP address";
  if (!is_host(report.local)) return fmt::format("{} is no address for this host", local);
  if (report.server != 0 && report.local == report.server)
    return fmt::format("{} is the address of the server itself", local);
  if (report.remote != 0 && !is_host(report.remote))
    return fmt::format("{} is no address for the peer", ipv4_text(report.remote));
  return std::nullopt;
}

LinkReport cleaned(LinkReport report, uint16_t most_mtu) {
  bool ipv6 = report.kind == LinkReport::Kind::ipv6_up;
  uint16_t least = ipv6 ? kLeastIpv6Mtu : kLeastIpv4Mtu;
  report.mtu = std::clamp(report.mtu, least, std::max(most_mtu, least));
  for (auto* servers : {&report.dns, &report.wins})
    for (uint32_t& server : *servers)
      if (!is_host(server)) server = 0;
  return report;
}

}  // namespace callgate

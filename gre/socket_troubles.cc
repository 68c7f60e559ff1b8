// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/socket_troubles.hh"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace callgate {
namespace {

bool takes_no_gre(int error) {
  return error == ECONNREFUSED || error == ENOPROTOOPT;
}

}  // namespace

std::string remedy(int error) {
  switch (error) {
    case EPERM:
    case EACCES: return "a firewall on this host forbids it: allow IP protocol 47 (GRE)";
    case ENETUNREACH: return "this host has no route to the server at the moment";
    case ENETDOWN:
    case ENODEV: return "the network device is down";
    case EADDRNOTAVAIL: return "this host has lost the address that the call was made from";
    case EHOSTUNREACH: return "the server or the path to it is down, or a firewall rejects GRE";
    case ECONNREFUSED:
    case ENOPROTOOPT:
      return "the server does not accept GRE any more: it has probably ended the call";
    case EMSGSIZE:
      return "the path does not carry packets of this size: set a smaller mtu in pppd's options";
    case ENOBUFS:
    case ENOMEM: return "this host is short of buffers";
    default: return {};
  }
}

std::optional<std::string> SocketTroubles::happened(int error, TimePoint now,
                                                    const Advice& advice) {
  Trouble& trouble = troubles_.try_emplace(error, Trouble{now, {}}).first->second;
  if (takes_no_gre(error) && now - trouble.since < kRefusalWaitsForHangUp) return std::nullopt;
  auto times = trouble.limit.happened(now);
  if (!times) return std::nullopt;
  std::string text = std::strerror(error);
  if (*times > 1) text += fmt::format(", {} times", *times);
  auto what_to_do = advice ? advice() : std::string();
  if (what_to_do.empty()) what_to_do = remedy(error);
  if (!what_to_do.empty()) text += fmt::format(" ({})", what_to_do);
  return text;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/routes/network_watch.hh"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <optional>

#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

constexpr int kGroups[] = {RTNLGRP_LINK,       RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
                           RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,  RTNLGRP_IPV4_RULE,
                           RTNLGRP_IPV6_RULE,  RTNLGRP_NEXTHOP};
constexpr int kReceiveBuffer = 1 << 20;  // bytes; without a privilege the kernel gives less
constexpr int kMostInOneTurn = 64;       // datagrams, so that a storm leaves time for calls

IpFamily family_of(uint8_t family) {
  if (family == AF_INET) return IpFamily::v4;
  return family == AF_INET6 ? IpFamily::v6 : IpFamily::none;
}

struct Addresses {  // the payloads of two attributes; empty if they are missing
  uint16_t wanted, otherwise;
  ByteSpan first, second;
};

int note_address(const nlattr* attribute, void* argument) {
  auto& found = *static_cast<Addresses*>(argument);
  ByteSpan payload(static_cast<const uint8_t*>(mnl_attr_get_payload(attribute)),
                   mnl_attr_get_payload_len(attribute));
  if (mnl_attr_get_type(attribute) == found.wanted) found.first = payload;
  if (mnl_attr_get_type(attribute) == found.otherwise) found.second = payload;
  return MNL_CB_OK;
}

IpAddress address_in(const nlmsghdr* message, size_t header, uint8_t family, uint16_t wanted,
                     uint16_t otherwise) {
  Addresses found{wanted, otherwise, {}, {}};
  mnl_attr_parse(message, static_cast<unsigned>(header), note_address, &found);
  IpAddress address{.family = family_of(family)};
  auto payload = found.first.empty() ? found.second : found.first;
  if (payload.size() == address.size()) std::ranges::copy(payload, address.bytes.begin());
  return address;
}

template <typename Header>
const Header* header_of(const nlmsghdr* message) {
  bool complete = mnl_nlmsg_get_payload_len(message) >= MNL_ALIGN(sizeof(Header));
  return complete ? static_cast<const Header*>(mnl_nlmsg_get_payload(message)) : nullptr;
}

std::optional<NetworkChange> route_change(const nlmsghdr* message) {
  const auto* route = header_of<rtmsg>(message);
  if (!route || family_of(route->rtm_family) == IpFamily::none) return std::nullopt;
  if (route->rtm_flags & RTM_F_CLONED) return std::nullopt;  // a cached path
  return RouteChange{
      .removed = message->nlmsg_type == RTM_DELROUTE,
      .destination = address_in(message, sizeof *route, route->rtm_family, RTA_DST, RTA_DST),
      .prefix_length = route->rtm_dst_len,
      .protocol = route->rtm_protocol};
}

std::optional<NetworkChange> link_change(const nlmsghdr* message) {
  const auto* link = header_of<ifinfomsg>(message);
  if (!link || link->ifi_family != AF_UNSPEC) return std::nullopt;  // a bridge's report
  bool up = message->nlmsg_type == RTM_NEWLINK && (link->ifi_flags & IFF_UP);
  return LinkChange{.interface = static_cast<uint32_t>(link->ifi_index), .up = up};
}

std::optional<NetworkChange> address_change(const nlmsghdr* message) {
  const auto* entry = header_of<ifaddrmsg>(message);
  if (!entry || family_of(entry->ifa_family) == IpFamily::none) return std::nullopt;
  // IFA_ADDRESS is the other end's if the link is point to point.
  auto address = address_in(message, sizeof *entry, entry->ifa_family, IFA_LOCAL, IFA_ADDRESS);
  if (address.family == IpFamily::v6 && entry->ifa_scope == RT_SCOPE_LINK)
    address.scope_id = entry->ifa_index;
  return AddressChange{.removed = message->nlmsg_type == RTM_DELADDR,
                       .interface = entry->ifa_index,
                       .address = address};
}

std::optional<NetworkChange> change_in(const nlmsghdr* message) {
  switch (message->nlmsg_type) {
    case RTM_NEWROUTE:
    case RTM_DELROUTE: return route_change(message);
    case RTM_NEWLINK:
    case RTM_DELLINK: return link_change(message);
    case RTM_NEWADDR:
    case RTM_DELADDR: return address_change(message);
    case RTM_NEWRULE:
    case RTM_DELRULE:
    case RTM_NEWNEXTHOP:
    case RTM_DELNEXTHOP: return AnyChange{};
  }
  return std::nullopt;
}

}  // namespace

std::vector<NetworkChange> network_changes(ByteSpan datagram) {
  std::vector<NetworkChange> changes;
  int left = static_cast<int>(datagram.size());
  auto* message = reinterpret_cast<const nlmsghdr*>(datagram.data());
  // libmnl takes a length of 2^31 or more for a negative one, which is smaller than any.
  auto fits = [&] { return message->nlmsg_len <= static_cast<uint32_t>(left); };
  for (; mnl_nlmsg_ok(message, left) && fits(); message = mnl_nlmsg_next(message, &left))
    if (auto change = change_in(message)) changes.push_back(*change);
  return changes;
}

NetworkWatch::NetworkWatch(EventLoop& loop) try {
  open();
  readable_ = loop.on_readable(mnl_socket_get_fd(socket_.get()), [this] { read(); });
  readable_.start();
} catch (const OsError& error) {
  log::warning("cannot {}: changes of the network go unnoticed", error.what());
}

void NetworkWatch::open() {
  socket_.reset(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket_ || mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
    throw OsError(errno, "watch the network");
  int fd = mnl_socket_get_fd(socket_.get()), size = kReceiveBuffer;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  for (int group : kGroups)
    // Kernels before 5.3 have no group for nexthop objects.
    if (mnl_socket_setsockopt(socket_.get(), NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0 &&
        group != RTNLGRP_NEXTHOP)
      throw OsError(errno, "watch the network");
}

void NetworkWatch::read() {
  alignas(nlmsghdr) std::array<uint8_t, 32'768> datagram;
  for (int turn = 0; turn < kMostInOneTurn; turn++) {
    ssize_t size = mnl_socket_recvfrom(socket_.get(), datagram.data(), datagram.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && (errno == ENOBUFS || errno == ENOSPC)) {  // dropped, or cut off
      tell(AnyChange{});
      continue;
    }
    if (size < 0) return;
    for (const auto& change : network_changes(ByteSpan(datagram).first(static_cast<size_t>(size))))
      tell(change);
  }
}

void NetworkWatch::tell(const NetworkChange& change) {
  for (const auto& listener : listeners_) listener(change);
}

}  // namespace callgate

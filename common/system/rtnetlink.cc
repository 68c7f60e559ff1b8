// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/system/rtnetlink.hh"

#include <linux/rtnetlink.h>

#include <cstring>

#include "common/system/os_error.hh"

namespace callgate {
namespace {

using Buffer = std::array<char, 4096>;  // requests and answers about one route are far smaller

uint8_t host_prefix(const IpAddress& address) {
  return static_cast<uint8_t>(address.size() * 8);
}

rtmsg* start(Buffer& buffer, uint16_t type, uint16_t flags, const IpAddress& destination) {
  nlmsghdr* header = mnl_nlmsg_put_header(buffer.data());
  header->nlmsg_type = type;
  header->nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
  auto* route = static_cast<rtmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(rtmsg)));
  route->rtm_family = static_cast<uint8_t>(destination.af());
  route->rtm_dst_len = host_prefix(destination);
  return route;
}

nlmsghdr* header_of(Buffer& buffer) {
  return reinterpret_cast<nlmsghdr*>(buffer.data());
}

void put_address(nlmsghdr* header, uint16_t type, const IpAddress& address) {
  if (address) mnl_attr_put(header, type, address.size(), address.bytes.data());
}

// Fills the parts that adding and removing a host route have in common.
void put_route(Buffer& buffer, rtmsg* header, const Route& route) {
  header->rtm_table = RT_TABLE_MAIN;
  header->rtm_protocol = kRouteProtocol;
  header->rtm_type = RTN_UNICAST;
  header->rtm_scope = route.gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  auto* message = header_of(buffer);
  put_address(message, RTA_DST, route.destination);
  put_address(message, RTA_GATEWAY, route.gateway);
  put_address(message, RTA_PREFSRC, route.source);
  mnl_attr_put_u32(message, RTA_OIF, route.interface);
}

void read_address(const nlattr* attribute, IpFamily family, IpAddress& address) {
  address = IpAddress::any(family);
  if (mnl_attr_get_payload_len(attribute) == address.size())
    std::memcpy(address.bytes.data(), mnl_attr_get_payload(attribute), address.size());
}

int read_attribute(const nlattr* attribute, void* argument) {
  auto& route = *static_cast<Route*>(argument);
  auto family = route.destination.family;
  switch (mnl_attr_get_type(attribute)) {
    case RTA_GATEWAY: read_address(attribute, family, route.gateway); break;
    case RTA_PREFSRC: read_address(attribute, family, route.source); break;
    case RTA_OIF: route.interface = mnl_attr_get_u32(attribute); break;
  }
  return MNL_CB_OK;
}

int read_route(const nlmsghdr* header, void* argument) {
  auto& route = *static_cast<Route*>(argument);
  const auto* message = static_cast<const rtmsg*>(mnl_nlmsg_get_payload(header));
  route.prefix_length = message->rtm_dst_len;
  route.protocol = message->rtm_protocol;
  route.unicast = message->rtm_type == RTN_UNICAST;
  return mnl_attr_parse(header, sizeof(rtmsg), read_attribute, argument);
}

}  // namespace

RouteSocket::RouteSocket() : socket_(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC)) {
  if (!socket_ || mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
    throw OsError(errno, "open a routing socket");
}

int RouteSocket::transact(nlmsghdr* request, mnl_cb_t callback, void* argument) {
  request->nlmsg_seq = ++sequence_;
  request->nlmsg_flags |= NLM_F_ACK;
  if (mnl_socket_sendto(socket_.get(), request, request->nlmsg_len) < 0) return errno;
  Buffer answer;
  int more = MNL_CB_OK;
  while (more > MNL_CB_STOP) {
    ssize_t size = mnl_socket_recvfrom(socket_.get(), answer.data(), answer.size());
    if (size < 0) return errno;
    more = mnl_cb_run(answer.data(), static_cast<size_t>(size), sequence_,
                      mnl_socket_get_portid(socket_.get()), callback, argument);
  }
  return more < 0 ? errno : 0;
}

// Asks for the entry of the table and not for the cached path. The prefix and the protocol of the
// entry tell whether it is a host route, ours or a foreign one, or the default route.
std::optional<Route> RouteSocket::lookup(const IpAddress& destination, uint32_t mark) {
  Buffer buffer{};
  start(buffer, RTM_GETROUTE, 0, destination)->rtm_flags = RTM_F_FIB_MATCH;
  put_address(header_of(buffer), RTA_DST, destination);
  if (mark) mnl_attr_put_u32(header_of(buffer), RTA_MARK, mark);
  Route route;
  route.destination = destination;
  if (transact(header_of(buffer), read_route, &route) != 0) return std::nullopt;
  return route;
}

int RouteSocket::add_host_route(const Route& route) {
  Buffer buffer{};
  put_route(buffer, start(buffer, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, route.destination),
            route);
  return transact(header_of(buffer), nullptr, nullptr);
}

int RouteSocket::remove_host_route(const Route& route) {
  Buffer buffer{};
  put_route(buffer, start(buffer, RTM_DELROUTE, 0, route.destination), route);
  return transact(header_of(buffer), nullptr, nullptr);
}

}  // namespace callgate

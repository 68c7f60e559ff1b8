// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/system/rtnetlink.hh"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>

#include <algorithm>
#include <cstring>

#include "common/system/os_error.hh"

namespace callgate {
namespace {

using Buffer = std::array<char, 4096>;  // requests about one route are far smaller
using Answer = std::array<char, 32'768>;

// The last but one priority: any other route wins. The kernel keeps the last one for itself.
constexpr uint32_t kLastPriority = 4'294'967'294;
// IPv6's usual priority. We name it, so that it is compared when a route is removed. IPv4's is 0.
constexpr uint32_t kIpv6Priority = 1024;

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
  mnl_attr_put(header, RTA_DST, destination.size(), destination.bytes.data());
  return route;
}

nlmsghdr* header_of(Buffer& buffer) {
  return reinterpret_cast<nlmsghdr*>(buffer.data());
}

void put_address(nlmsghdr* header, uint16_t type, const IpAddress& address) {
  if (address) mnl_attr_put(header, type, address.size(), address.bytes.data());
}

// RFC 8950: an IPv4 network may be behind an IPv6 gateway.
void put_foreign_gateway(nlmsghdr* message, const IpAddress& gateway) {
  std::array<uint8_t, sizeof(rtvia) + 16> via{};
  auto family = static_cast<uint16_t>(gateway.af());
  std::memcpy(via.data(), &family, sizeof family);
  std::memcpy(via.data() + sizeof(rtvia), gateway.bytes.data(), gateway.size());
  mnl_attr_put(message, RTA_VIA, sizeof(rtvia) + gateway.size(), via.data());
}

void put_way(nlmsghdr* message, rtmsg* header, IpFamily family, const Way& way) {
  header->rtm_type = RTN_UNICAST;
  header->rtm_scope = way.gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  if (way.on_link) header->rtm_flags |= RTNH_F_ONLINK;
  if (way.gateway.family == family)
    put_address(message, RTA_GATEWAY, way.gateway);
  else if (way.gateway)
    put_foreign_gateway(message, way.gateway);
  put_address(message, RTA_PREFSRC, way.source);
  mnl_attr_put_u32(message, RTA_OIF, way.interface);
  if (!way.metrics.empty())
    mnl_attr_put(message, RTA_METRICS, way.metrics.size(), way.metrics.data());
  if (family == IpFamily::v6) mnl_attr_put_u32(message, RTA_PRIORITY, kIpv6Priority);
}

// --- answers ---------------------------------------------------------------------------------

ByteSpan payload_of(const nlattr* attribute) {
  return {static_cast<const uint8_t*>(mnl_attr_get_payload(attribute)),
          mnl_attr_get_payload_len(attribute)};
}

IpAddress address_of(IpFamily family, ByteSpan payload) {
  auto address = IpAddress::any(family);
  if (payload.size() == address.size()) std::ranges::copy(payload, address.bytes.begin());
  return address;
}

IpAddress foreign_gateway(ByteSpan via) {
  uint16_t family = 0;
  if (via.size() < sizeof family) return {};
  std::memcpy(&family, via.data(), sizeof family);
  return address_of(family == AF_INET6 ? IpFamily::v6 : IpFamily::v4, via.subspan(sizeof(rtvia)));
}

// What the attributes of one answer say.
struct Reading {
  IpFamily family;
  FoundRoute route;
  bool several = false;       // there is a choice of nexthops
  bool some_on_link = false;  // one of them has the flag
};

void read_hops(ByteSpan hops, Reading& reading) {
  reading.several = true;
  while (hops.size() >= sizeof(rtnexthop)) {
    rtnexthop hop;
    std::memcpy(&hop, hops.data(), sizeof hop);
    if (hop.rtnh_flags & RTNH_F_ONLINK) reading.some_on_link = true;
    size_t step = RTNH_ALIGN(hop.rtnh_len);
    if (step < sizeof hop || step > hops.size()) return;
    hops = hops.subspan(step);
  }
}

int read_attribute(const nlattr* attribute, void* argument) {
  auto& reading = *static_cast<Reading*>(argument);
  auto& [way, prefix_length, protocol, unicast, in_main, priority] = reading.route;
  auto payload = payload_of(attribute);
  bool number = payload.size() == sizeof(uint32_t);
  switch (mnl_attr_get_type(attribute)) {
    case RTA_GATEWAY: way.gateway = address_of(reading.family, payload); break;
    case RTA_VIA: way.gateway = foreign_gateway(payload); break;
    case RTA_PREFSRC: way.source = address_of(reading.family, payload); break;
    case RTA_OIF: way.interface = number ? mnl_attr_get_u32(attribute) : 0; break;
    case RTA_PRIORITY: priority = number ? mnl_attr_get_u32(attribute) : 0; break;
    case RTA_TABLE: in_main = number && mnl_attr_get_u32(attribute) == RT_TABLE_MAIN; break;
    case RTA_METRICS: way.metrics.assign(payload.begin(), payload.end()); break;
    case RTA_MULTIPATH: read_hops(payload, reading); break;
    case RTA_NH_ID: reading.several = reading.some_on_link = true; break;  // we do not look it up
  }
  return MNL_CB_OK;
}

int read_route(const nlmsghdr* header, void* argument) {
  auto& reading = *static_cast<Reading*>(argument);
  if (mnl_nlmsg_get_payload_len(header) < sizeof(rtmsg)) return MNL_CB_ERROR;
  const auto* message = static_cast<const rtmsg*>(mnl_nlmsg_get_payload(header));
  reading.route.prefix_length = message->rtm_dst_len;
  reading.route.protocol = message->rtm_protocol;
  reading.route.unicast = message->rtm_type == RTN_UNICAST;
  reading.route.in_main = message->rtm_table == RT_TABLE_MAIN;
  reading.route.way.on_link = message->rtm_flags & RTNH_F_ONLINK;
  return mnl_attr_parse(header, sizeof(rtmsg), read_attribute, argument);
}

int read_link_name(const nlattr* attribute, void* argument) {
  auto payload = payload_of(attribute);
  if (mnl_attr_get_type(attribute) == IFLA_IFNAME && !payload.empty())
    static_cast<Link*>(argument)->name.assign(payload.begin(), payload.end() - 1);
  return MNL_CB_OK;
}

int read_link(const nlmsghdr* header, void* argument) {
  if (mnl_nlmsg_get_payload_len(header) < sizeof(ifinfomsg)) return MNL_CB_ERROR;
  const auto* message = static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(header));
  Link link{.interface = static_cast<uint32_t>(message->ifi_index),
            .up = (message->ifi_flags & IFF_UP) != 0,
            .loopback = (message->ifi_flags & IFF_LOOPBACK) != 0,
            .ppp = message->ifi_type == ARPHRD_PPP};
  mnl_attr_parse(header, sizeof(ifinfomsg), read_link_name, &link);
  static_cast<std::vector<Link>*>(argument)->push_back(std::move(link));
  return MNL_CB_OK;
}

}  // namespace

RouteSocket::RouteSocket() : socket_(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC)) {
  if (!socket_ || mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
    throw OsError(errno, "open a routing socket");
}

int RouteSocket::transact(nlmsghdr* request, mnl_cb_t callback, void* argument) {
  request->nlmsg_seq = ++sequence_;
  // NLM_F_DUMP has bits that mean something else in requests for a change.
  if (request->nlmsg_type != RTM_GETLINK) request->nlmsg_flags |= NLM_F_ACK;
  if (mnl_socket_sendto(socket_.get(), request, request->nlmsg_len) < 0) return errno;
  alignas(nlmsghdr) Answer answer;
  int more = MNL_CB_OK;
  while (more > MNL_CB_STOP) {
    ssize_t size = mnl_socket_recvfrom(socket_.get(), answer.data(), answer.size());
    if (size < 0) return errno;
    more = mnl_cb_run(answer.data(), static_cast<size_t>(size), sequence_,
                      mnl_socket_get_portid(socket_.get()), callback, argument);
  }
  return more < 0 ? errno : 0;
}

// Asks first for the entry of the table, and not for the path: the prefix, the protocol and the
// table tell whose entry decides, and its metrics are not those that the path has learnt. If the
// entry has several nexthops, the path tells which of them the kernel takes.
std::optional<FoundRoute> RouteSocket::lookup(const IpAddress& destination, uint32_t interface) {
  Reading entry{.family = destination.family}, path{.family = destination.family};
  auto ask = [&](uint32_t flags, Reading& reading) {
    Buffer buffer{};
    start(buffer, RTM_GETROUTE, 0, destination)->rtm_flags = flags;
    if (interface) mnl_attr_put_u32(header_of(buffer), RTA_OIF, interface);
    return transact(header_of(buffer), read_route, &reading) == 0;
  };
  if (!ask(RTM_F_FIB_MATCH | RTM_F_LOOKUP_TABLE, entry)) return std::nullopt;
  auto& way = entry.route.way;
  if (entry.several || way.interface == 0) {
    if (!ask(0, path)) return std::nullopt;
    way.gateway = path.route.way.gateway;
    way.interface = path.route.way.interface;
    way.on_link = entry.some_on_link;
  }
  return entry.route;
}

int RouteSocket::change(uint16_t type, uint16_t flags, const OurRoute& route) {
  Buffer buffer{};
  rtmsg* header = start(buffer, type, flags, route.destination);
  header->rtm_table = RT_TABLE_MAIN;
  header->rtm_protocol = kRouteProtocol;
  if (route.way) {
    put_way(header_of(buffer), header, route.destination.family, *route.way);
  } else {
    header->rtm_type = RTN_UNREACHABLE;
    mnl_attr_put_u32(header_of(buffer), RTA_PRIORITY, kLastPriority);
  }
  return transact(header_of(buffer), nullptr, nullptr);
}

int RouteSocket::add(const OurRoute& route) {
  return change(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, route);
}

int RouteSocket::replace(const OurRoute& route) {
  return change(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, route);
}

int RouteSocket::remove(const OurRoute& route) {
  return change(RTM_DELROUTE, 0, route);
}

// It has its own socket: a list that changes while it is read breaks off, and its rest would be
// taken for the next answer.
std::optional<std::vector<Link>> RouteSocket::links() try {
  constexpr int kAttempts = 3;
  for (int attempt = 0; attempt < kAttempts; attempt++) {
    Buffer buffer{};
    nlmsghdr* header = mnl_nlmsg_put_header(buffer.data());
    header->nlmsg_type = RTM_GETLINK;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    mnl_nlmsg_put_extra_header(header, sizeof(ifinfomsg));
    mnl_attr_put_u32(header, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    std::vector<Link> links;
    if (RouteSocket().transact(header, read_link, &links) == 0) return links;
  }
  return std::nullopt;
} catch (const OsError&) {
  return std::nullopt;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/interface.hh"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <cstring>

#include "common/system/log.hh"
#include "common/system/os_error.hh"
#include "common/wire/ip_address.hh"
#include "gre/tunnel/netlink.hh"

namespace callgate {
namespace {

IpAddress ipv4(uint32_t address) {
  IpAddress result = IpAddress::any(IpFamily::v4);
  for (size_t i = 0; i < 4; i++) result.bytes[i] = static_cast<uint8_t>(address >> (24 - 8 * i));
  return result;
}

IpAddress link_local(uint64_t identifier) {
  auto address = IpAddress::any(IpFamily::v6);
  address.bytes[0] = 0xfe;
  address.bytes[1] = 0x80;
  for (size_t i = 0; i < 8; i++)
    address.bytes[8 + i] = static_cast<uint8_t>(identifier >> (56 - 8 * i));
  return address;
}

void must(int error, const std::string& attempted) {
  if (error) throw OsError(error, attempted);
}

std::string interface_name(uint32_t index) {
  char name[IF_NAMESIZE];
  return if_indextoname(index, name) ? name : fmt::format("interface {}", index);
}

// The payload of a route's message: its rtmsg and its attributes.
struct RouteReading {
  rtmsg header{};
  uint32_t table = 0, metric = 0, interface = 0;
  IpAddress gateway;
};

std::optional<RouteReading> read_route(ByteSpan payload) {
  RouteReading reading;
  if (payload.size() < sizeof(rtmsg)) return std::nullopt;
  std::memcpy(&reading.header, payload.data(), sizeof(rtmsg));
  reading.table = reading.header.rtm_table;
  payload = payload.subspan(sizeof(rtmsg));
  const auto* attribute = reinterpret_cast<const nlattr*>(payload.data());
  auto left = static_cast<int>(payload.size());
  for (; mnl_attr_ok(attribute, left);
       left -= MNL_ALIGN(attribute->nla_len), attribute = mnl_attr_next(attribute)) {
    size_t size = mnl_attr_get_payload_len(attribute);
    bool number = size == sizeof(uint32_t);
    switch (mnl_attr_get_type(attribute)) {
      case RTA_TABLE: reading.table = number ? mnl_attr_get_u32(attribute) : 0; break;
      case RTA_PRIORITY: reading.metric = number ? mnl_attr_get_u32(attribute) : 0; break;
      case RTA_OIF: reading.interface = number ? mnl_attr_get_u32(attribute) : 0; break;
      case RTA_GATEWAY:
        reading.gateway =
            IpAddress::any(reading.header.rtm_family == AF_INET6 ? IpFamily::v6 : IpFamily::v4);
        if (size == reading.gateway.size())
          std::memcpy(reading.gateway.bytes.data(), mnl_attr_get_payload(attribute), size);
        break;
      default: break;
    }
  }
  return reading;
}

std::string way_text(const RouteReading& route) {
  auto device = fmt::format("dev {}", interface_name(route.interface));
  return route.gateway ? fmt::format("via {} {}", route.gateway.text(), device) : device;
}

// RTA_CACHEINFO and the flags of the next hop's state are the kernel's: it does not take them back.
SavedRoute writable(ByteSpan payload) {
  rtmsg header;
  std::memcpy(&header, payload.data(), sizeof header);
  header.rtm_flags &= RTNH_F_ONLINK | RTNH_F_PERVASIVE;
  SavedRoute route(reinterpret_cast<const char*>(&header), sizeof header);
  payload = payload.subspan(sizeof header);
  const auto* attribute = reinterpret_cast<const nlattr*>(payload.data());
  auto left = static_cast<int>(payload.size());
  for (; mnl_attr_ok(attribute, left);
       left -= MNL_ALIGN(attribute->nla_len), attribute = mnl_attr_next(attribute)) {
    if (mnl_attr_get_type(attribute) == RTA_CACHEINFO) continue;
    route.append(reinterpret_cast<const char*>(attribute), attribute->nla_len);
    route.resize(MNL_ALIGN(route.size()));
  }
  return route;
}

int change_route(uint16_t type, int flags, const SavedRoute& route) {
  NetlinkRequest request(type, flags);
  request.append({reinterpret_cast<const uint8_t*>(route.data()), route.size()});
  return request.send();
}

}  // namespace

std::string ipv4_text(uint32_t address) {
  return ipv4(address).text();
}

std::string link_local_text(uint64_t identifier) {
  return link_local(identifier).text();
}

Interface::Interface(std::string name)
    : name_(std::move(name)), index_(if_nametoindex(name_.c_str())) {}

bool Interface::exists() const {
  char name[IF_NAMESIZE];
  return if_indextoname(index_, name) != nullptr;
}

// A kernel without IPv6 refuses this, and then makes no address either.
void Interface::make_no_ipv6_address() {
  NetlinkRequest request(RTM_NEWLINK, 0);
  auto& link = request.put<ifinfomsg>();
  link.ifi_family = AF_UNSPEC;
  link.ifi_index = static_cast<int>(index_);
  nlattr* families = request.begin_nest(IFLA_AF_SPEC);
  nlattr* ipv6 = request.begin_nest(AF_INET6);
  const std::array<uint8_t, 1> mode{IN6_ADDR_GEN_MODE_NONE};
  request.attribute(IFLA_INET6_ADDR_GEN_MODE, mode);
  request.end_nest(ipv6);
  request.end_nest(families);
  (void)request.send();
}

void Interface::set_up(uint16_t mtu) {
  make_no_ipv6_address();
  NetlinkRequest request(RTM_NEWLINK, 0);
  auto& link = request.put<ifinfomsg>();
  link.ifi_family = AF_UNSPEC;
  link.ifi_index = static_cast<int>(index_);
  link.ifi_flags = link.ifi_change = IFF_UP;
  request.number(IFLA_MTU, mtu);
  must(request.send(), fmt::format("set the MTU of {} to {} and bring it up", name_, mtu));
}

void Interface::set_ipv4(uint32_t local, uint32_t remote, bool route) {
  auto earlier = addresses(AF_INET);
  NetlinkRequest request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
  auto& header = request.put<ifaddrmsg>();
  header.ifa_family = AF_INET;
  header.ifa_prefixlen = 32;
  header.ifa_index = index_;
  request.attribute(IFA_LOCAL, ipv4(local).span());
  request.attribute(IFA_ADDRESS, ipv4(remote ? remote : local).span());
  if (!route) request.number(IFA_FLAGS, IFA_F_NOPREFIXROUTE);
  int error = request.send();
  if (error == EEXIST) return;
  must(error, fmt::format("give {} the address {}", name_, ipv4_text(local)));
  remove(earlier);
}

void Interface::remove_ipv4() {
  remove(addresses(AF_INET));
}

void Interface::remove_ipv6() {
  remove(addresses(AF_INET6));
}

// Each as the kernel's own message about it.
std::vector<Bytes> Interface::addresses(uint8_t family) const {
  NetlinkRequest request(RTM_GETADDR, NLM_F_DUMP);
  request.put<ifaddrmsg>().ifa_family = family;
  std::vector<Bytes> found;
  if (int error = request.list(found))
    log::warning("cannot list the addresses of {}: {}", name_, std::strerror(error));
  std::erase_if(found, [&](const Bytes& payload) {
    ifaddrmsg header{};
    std::memcpy(&header, payload.data(), std::min(payload.size(), sizeof header));
    return header.ifa_index != index_;
  });
  return found;
}

void Interface::remove(const std::vector<Bytes>& addresses) {
  for (const auto& address : addresses) {
    NetlinkRequest removal(RTM_DELADDR, 0);
    removal.append(address);
    removal.send();
  }
}

void Interface::add_ipv6(uint64_t identifier) {
  auto address = link_local(identifier);
  NetlinkRequest request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE);
  auto& header = request.put<ifaddrmsg>();
  header.ifa_family = AF_INET6;
  header.ifa_prefixlen = 64;
  header.ifa_flags = IFA_F_NODAD;  // IPV6CP has agreed on it: it can be used at once
  header.ifa_scope = RT_SCOPE_LINK;
  header.ifa_index = index_;
  request.attribute(IFA_LOCAL, address.span());
  request.attribute(IFA_ADDRESS, address.span());
  must(request.send(), fmt::format("give {} the address {}", name_, address.text()));
}

int Interface::change_default_route(uint16_t type, int flags, bool ipv6, uint32_t metric) {
  NetlinkRequest request(type, flags);
  auto& header = request.put<rtmsg>();
  header.rtm_family = ipv6 ? AF_INET6 : AF_INET;
  header.rtm_table = RT_TABLE_MAIN;
  header.rtm_protocol = kTunnelRouteProtocol;
  header.rtm_scope = ipv6 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  header.rtm_type = RTN_UNICAST;
  request.number(RTA_OIF, index_);
  if (metric) request.number(RTA_PRIORITY, metric);
  return request.send();
}

void Interface::add_default_route(bool ipv6, uint32_t metric) {
  must(change_default_route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, ipv6, metric),
       fmt::format("add a default route through {}", name_));
}

void Interface::remove_default_route(bool ipv6, uint32_t metric) {
  (void)change_default_route(RTM_DELROUTE, 0, ipv6, metric);  // it may have gone with the interface
}

std::vector<DefaultRoute> default_routes(bool ipv6, unsigned interface) {
  NetlinkRequest request(RTM_GETROUTE, NLM_F_DUMP);
  request.put<rtmsg>().rtm_family = ipv6 ? AF_INET6 : AF_INET;
  std::vector<Bytes> payloads;
  must(request.list(payloads), "list the default routes");
  std::vector<DefaultRoute> found;
  for (const auto& payload : payloads) {
    auto route = read_route(payload);
    if (!route || route->header.rtm_dst_len != 0 || route->table != RT_TABLE_MAIN ||
        route->header.rtm_type != RTN_UNICAST || (interface && route->interface == interface))
      continue;
    found.push_back({writable(payload), route->metric, way_text(*route)});
  }
  return found;
}

int remove_route(const SavedRoute& route) {
  return change_route(RTM_DELROUTE, 0, route);
}

int restore_route(const SavedRoute& route, const std::string& interface) {
  int error = change_route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, route);
  if (error != EEXIST || if_nametoindex(interface.c_str()) == 0) return error;
  return change_route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND, route);
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/wire/ip_address.hh"

#include <arpa/inet.h>

#include <cstring>

namespace callgate {

std::optional<IpAddress> IpAddress::parse(const std::string& text) {
  IpAddress address;
  address.family = IpFamily::v4;
  if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) return address;
  address.family = IpFamily::v6;
  if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::from(const sockaddr* socket_address) {
  IpAddress address;
  if (socket_address->sa_family == AF_INET) {
    sockaddr_in in;
    std::memcpy(&in, socket_address, sizeof in);
    address.family = IpFamily::v4;
    std::memcpy(address.bytes.data(), &in.sin_addr, 4);
  } else if (socket_address->sa_family == AF_INET6) {
    sockaddr_in6 in;
    std::memcpy(&in, socket_address, sizeof in);
    address.family = IpFamily::v6;
    std::memcpy(address.bytes.data(), &in.sin6_addr, 16);
    address.scope_id = in.sin6_scope_id;
  } else {
    return std::nullopt;
  }
  return address;
}

std::string IpAddress::text() const {
  if (!*this) return "none";
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(af(), bytes.data(), buffer.data(), buffer.size());
  return buffer.data();
}

uint16_t SocketAddress::port() const {
  sockaddr_in in;  // IPv6 has the port in the same place
  std::memcpy(&in, &storage, sizeof in);
  bool known = in.sin_family == AF_INET || in.sin_family == AF_INET6;
  return known ? ntohs(in.sin_port) : uint16_t{0};
}

SocketAddress::SocketAddress(const IpAddress& address, uint16_t port) {
  if (address.family == IpFamily::v6) {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    in.sin6_scope_id = address.scope_id;
    std::memcpy(&in.sin6_addr, address.bytes.data(), 16);
    std::memcpy(&storage, &in, length = sizeof in);
  } else {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, address.bytes.data(), 4);
    std::memcpy(&storage, &in, length = sizeof in);
  }
}

}  // namespace callgate

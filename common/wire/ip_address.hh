// SPDX-License-Identifier: GPL-2.0-or-later
// An IPv4 or IPv6 address as a value, and its sockaddr. Ports are in host order.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <compare>
#include <optional>
#include <string>

#include "common/wire/bytes.hh"

namespace callgate {

enum class IpFamily : uint8_t { none = 0, v4 = 4, v6 = 6 };

struct IpAddress {
  IpFamily family = IpFamily::none;
  std::array<uint8_t, 16> bytes{};  // network order; IPv4 uses the first four
  uint32_t scope_id = 0;            // interface index of an IPv6 link-local address

  static void fields(auto& m, auto& codec) { codec(m.family, m.bytes, m.scope_id); }
  auto operator<=>(const IpAddress&) const = default;

  static std::optional<IpAddress> parse(const std::string& text);  // no name resolution
  static std::optional<IpAddress> from(const sockaddr* address);
  static IpAddress any(IpFamily family) { return {.family = family}; }

  explicit operator bool() const { return family == IpFamily::v4 || family == IpFamily::v6; }
  int af() const { return family == IpFamily::v6 ? AF_INET6 : AF_INET; }
  size_t size() const { return family == IpFamily::v6 ? 16 : 4; }  // bytes
  ByteSpan span() const { return ByteSpan(bytes).first(size()); }
  std::string text() const;
};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(storage);

  SocketAddress() = default;
  SocketAddress(const IpAddress& address, uint16_t port);
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  std::optional<IpAddress> address() const { return IpAddress::from(get()); }
  uint16_t port() const;  // 0 if the family has no port
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// The addresses of a link as text.
#pragma once

#include "common/wire/ip_address.hh"
#include "ppp/link.hh"

namespace callgate {

inline std::string address_text(ppp::Ipv4 address) {
  IpAddress ip{.family = IpFamily::v4};
  for (size_t i = 0; i < 4; i++) ip.bytes[i] = static_cast<uint8_t>(address >> (24 - 8 * i));
  return ip.text();
}

// The link-local address that an end makes of its identifier (RFC 5072 section 5).
inline std::string link_local_text(ppp::InterfaceId id) {
  IpAddress ip{.family = IpFamily::v6};
  ip.bytes[0] = 0xFE;
  ip.bytes[1] = 0x80;
  for (size_t i = 0; i < 8; i++) ip.bytes[8 + i] = static_cast<uint8_t>(id >> (56 - 8 * i));
  return ip.text();
}

}  // namespace callgate

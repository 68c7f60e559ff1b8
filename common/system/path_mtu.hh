// SPDX-License-Identifier: GPL-2.0-or-later
// --mtu-hint: the largest PPP packet that fits unfragmented into what the path to the server
// carries.
#pragma once

#include <string>

#include "common/wire/ip_address.hh"

namespace callgate {

// MTU for PPP behind IP and enhanced GRE (RFC 2637 section 4.1), MPPE included, and at
// most 1500; 0 if the path is too narrow for any.
uint32_t ppp_mtu(uint32_t path_mtu, IpFamily family);

// What else decides which route a packet takes.
struct PathFrom {
  IpAddress local = {};     // none: the kernel chooses
  uint32_t mark = 0;        // of the firewall; 0 = none
  std::string device = {};  // empty: any
};

// What the kernel knows of the path to the server, in bytes. Throws OsError.
uint32_t path_mtu(const IpAddress& server, const PathFrom& from = {});

}  // namespace callgate

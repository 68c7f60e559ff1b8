// SPDX-License-Identifier: GPL-2.0-or-later
// --mtu-hint: the largest PPP packet that the path to the server carries without fragments.
#pragma once

#include <string>

#include "common/wire/ip_address.hh"

namespace callgate {

// The MTU for PPP inside IP and enhanced GRE (RFC 2637 section 4.1), with room for MPPE. It is at
// most 1500, and 0 if the path is too narrow for PPP.
uint32_t ppp_mtu(uint32_t path_mtu, IpFamily family);

// Other values that decide which route a packet takes.
struct PathFrom {
  IpAddress local = {};     // if empty, the kernel chooses
  uint32_t mark = 0;        // firewall mark; 0 = none
  std::string device = {};  // if empty, any
};

// The MTU of the path to the server, as far as the kernel knows it, in bytes. Throws OsError.
uint32_t path_mtu(const IpAddress& server, const PathFrom& from = {});

}  // namespace callgate

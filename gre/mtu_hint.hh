// SPDX-License-Identifier: GPL-2.0-or-later
// --mtu-hint: the largest PPP packet that fits unfragmented into what the path to the server
// carries.
#pragma once

#include "gre/options.hh"

namespace callgate {

// MTU for PPP behind IP and enhanced GRE (RFC 2637 section 4.1), MPPE included, and at
// most 1500; 0 if the path is too narrow for any.
uint32_t ppp_mtu(uint32_t path_mtu, IpFamily family);

// What the kernel knows of the path to the call's first address. Throws OsError.
uint32_t path_mtu(const CallRequest& call);

}  // namespace callgate

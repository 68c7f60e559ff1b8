// SPDX-License-Identifier: GPL-2.0-or-later
// From the server's name to all its addresses.
#pragma once

#include <netdb.h>

#include <string>
#include <variant>
#include <vector>

#include "common/ip_address.hh"
#include "common/reason.hh"

namespace callgate {

// All addresses of `name` in the resolver's order (RFC 6724), those of one family if `family` is
// not none. Blocks for as long as the resolver does.
std::variant<std::vector<IpAddress>, Reason> resolve(const std::string& name, IpFamily family);

// What of the resolver's answer is tried: each address once, at most kMaxServerAddresses of them.
std::vector<IpAddress> usable_addresses(const addrinfo* answer, IpFamily family);

}  // namespace callgate

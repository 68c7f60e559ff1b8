// SPDX-License-Identifier: GPL-2.0-or-later
// From the server's name to all its addresses.
#pragma once

#include <netdb.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/channel/reason.hh"
#include "common/wire/ip_address.hh"

namespace callgate {

// All addresses of `name` in the resolver's order (RFC 6724), those of one family if `family` is
// not none. Blocks for as long as the resolver does.
using Resolved = std::variant<std::vector<IpAddress>, Reason>;
Resolved resolve(const std::string& name, IpFamily family);

// The same, for as long as the other end of `fd` is there. Nothing: it went away first. Then the
// question goes on in a thread of its own, and the process must end by _exit().
std::optional<Resolved> resolve_while_open(int fd, std::string name, IpFamily family);

// What of the resolver's answer is tried: each address once, at most kMaxServerAddresses of them.
std::vector<IpAddress> usable_addresses(const addrinfo* answer, IpFamily family);

}  // namespace callgate

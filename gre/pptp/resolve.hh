// SPDX-License-Identifier: GPL-2.0-or-later
// Finds all addresses of the server's name.
#pragma once

#include <netdb.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/channel/reason.hh"
#include "common/wire/ip_address.hh"

namespace callgate {

// All addresses of `name` in the resolver's order (RFC 6724), or those of one family unless
// `family` is none. Blocks as long as the resolver does.
using Resolved = std::variant<std::vector<IpAddress>, Reason>;
Resolved resolve(const std::string& name, IpFamily family);

// The same. Returns nullopt if the other end of `fd` is closed before the answer comes. Then a
// thread still waits for the answer, and the process must end by _exit().
std::optional<Resolved> resolve_while_open(int fd, std::string name, IpFamily family);

// The addresses of the resolver's answer that are tried: each one once, kMaxServerAddresses at
// most.
std::vector<IpAddress> usable_addresses(const addrinfo* answer, IpFamily family);

}  // namespace callgate

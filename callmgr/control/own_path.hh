// SPDX-License-Identifier: GPL-2.0-or-later
// This host's side of the path to a server: whether the kernel would send from a connection's own
// address to the server.
#pragma once

#include "callmgr/control/dialer.hh"

namespace callgate {

// Returns why the kernel would not send, as an error number, or 0 if it would. EADDRNOTAVAIL means
// that this host does not have the address `local`, or that its interface is down. Sends nothing.
int path_error(const IpAddress& local, const IpAddress& server, const DialPlan& plan);

}  // namespace callgate

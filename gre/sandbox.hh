// SPDX-License-Identifier: GPL-2.0-or-later
// The gateway's two cages: from the moment it has dropped its privileges, and, narrower, from the
// moment its socket belongs to one call.
#pragma once

#include "common/system/sandbox.hh"

namespace callgate {

AllowList gateway_sets_up();  // talks to the call manager, ties its socket to a call
AllowList gateway_copies();   // moves bytes between descriptors that are open already

// Out of reach: files, TCP, other processes; more descriptors, any child.
void confine_gateway();

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// The gateway's two sandboxes: one from the moment at which it has dropped its privileges, and a
// narrower one from the moment at which its socket belongs to one call.
#pragma once

#include "common/system/sandbox.hh"

namespace callgate {

AllowList gateway_sets_up();  // while it talks to the call manager and joins a call
AllowList gateway_copies();   // while it copies between open descriptors

// Denies access to files, TCP and other processes, and forbids new processes and more descriptors.
void confine_gateway();

}  // namespace callgate

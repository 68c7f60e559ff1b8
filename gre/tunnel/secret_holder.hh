// SPDX-License-Identifier: GPL-2.0-or-later
// The secret holder: a child that reads the password, gives up every privilege, and from then on
// only answers questions (common/channel/secret_message.hh). Neither the tunnel process nor the
// gateway ever has the password or its hash.
#pragma once

#include "common/pppd/tunnel_options.hh"
#include "common/system/sandbox.hh"
#include "gre/tunnel/child_process.hh"

namespace callgate {

// Forks the holder. It ends when every copy of the socket is closed. Throws OsError.
ChildProcess start_secret_holder(const TunnelOptions& options);

// The system calls of the holder, besides those that all our processes need.
AllowList holder_answers();

}  // namespace callgate

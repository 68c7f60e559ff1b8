// SPDX-License-Identifier: GPL-2.0-or-later
// The sandboxes of the call manager, from when it serves clients, and of its route keeper.
#pragma once

#include <string>

#include "common/system/sandbox.hh"

namespace callgate {

AllowList manager_serves();
AllowList manager_holds_routes();  // what it needs besides if it holds routes
AllowList keeper_keeps_routes();

// `socket_directory` is where the manager removes its socket at the end; empty if it does not.
// `largest_file` is how many bytes it may write to a file.
void confine_manager(const std::string& socket_directory, bool holds_routes, uint64_t largest_file);
void confine_keeper();

}  // namespace callgate

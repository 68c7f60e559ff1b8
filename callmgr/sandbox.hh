// SPDX-License-Identifier: GPL-2.0-or-later
// The cages of the call manager, once it serves clients, and of its route keeper.
#pragma once

#include <string>

#include "common/system/sandbox.hh"

namespace callgate {

AllowList manager_serves();
AllowList manager_holds_routes();  // besides, where it may
AllowList keeper_keeps_routes();

// socket_directory: where the manager removes its socket when it ends; empty if it does not.
// largest_file: bytes that the manager may write to one.
void confine_manager(const std::string& socket_directory, bool holds_routes, uint64_t largest_file);
void confine_keeper();

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// The place in the file system where a call manager listens. Whoever creates or removes the socket
// holds a lock on its directory, so that of several managers that start at once only one listens.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "common/system/unique_fd.hh"
#include "common/wire/ids.hh"

namespace callgate {

// The group whose members may use the system's call manager. nullopt if this host does not have it.
std::optional<gid_t> group_of_users();

std::string directory_of(const std::string& path);

// Creates the directory of `path` if it is missing: mode 0711, for CALLGATE_USER and CALLGATE_GROUP
// if we are root and they exist. Throws OsError.
void make_socket_directory(const std::string& path);

// The lock is held until the descriptor is closed. Waits for another holder, but not for ever,
// because anyone who may read the directory can lock it. Throws OsError, ETIMEDOUT among others.
constexpr std::chrono::seconds kLockReleasedWithin{5};
UniqueFd lock_manager_socket(const std::string& path);

// Replaces a socket on which nobody listens any more. Call it with the lock held. Mode 0660 for
// CALLGATE_GROUP if we are root, otherwise 0600. Throws OsError.
UniqueFd listen_on_manager_socket(const std::string& path);

}  // namespace callgate

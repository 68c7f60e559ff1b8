// SPDX-License-Identifier: GPL-2.0-or-later
// The place in the file system where a call manager listens. Whoever creates or removes the socket
// holds a lock on its directory, so that of several that start at once one listens and the others
// join.
#pragma once

#include <string>

#include "common/system/unique_fd.hh"
#include "common/wire/ids.hh"

namespace callgate {

std::string directory_of(const std::string& path);

// Creates the directory of `path` where it is missing, mode 0710, for CALLGATE_USER and
// CALLGATE_GROUP when we are root and they exist. Throws OsError.
void make_socket_directory(const std::string& path);

// Held until the descriptor closes. Waits for another holder, who has it for moments only, but not
// for ever: whoever may read the directory can lock it. Throws OsError, ETIMEDOUT among them.
constexpr std::chrono::seconds kLockPatience{5};
UniqueFd lock_manager_socket(const std::string& path);

// Replaces a socket that nobody listens on any more; to be called with the lock held. Mode 0660 for
// CALLGATE_GROUP when we are root, else 0600. Throws OsError.
UniqueFd listen_on_manager_socket(const std::string& path);

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Drops the privileges that a process no longer needs, for good, and verifies it.
#pragma once

#include <sys/types.h>

#include <initializer_list>
#include <optional>
#include <string>

namespace callgate {

// Looks the user up in /etc/passwd alone. The name service would load its modules into a process
// that still has privileges.
std::optional<uid_t> uid_of_system_user(const std::string& name);

// True if this process has a privilege that its caller does not have, by a file capability or a
// set-user-ID bit (AT_SECURE). What the caller passes is then not to be believed.
bool exceeds_its_caller();

// Changes from root to `user`, with only that user's group, if we are root, the user exists and we
// may become that user. Otherwise the identity stays. The capabilities in `keep` stay permitted and
// effective. All others leave every set, and also the bounding set if that is allowed. Sets
// no_new_privs and makes the process not dumpable. Then it reads all of this back, and throws
// OsError if a privilege is left that should not be.
void drop_privileges(const std::string& user, std::initializer_list<unsigned> keep = {});

}  // namespace callgate

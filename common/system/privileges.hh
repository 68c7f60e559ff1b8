// SPDX-License-Identifier: GPL-2.0-or-later
// Drops the privileges that a process no longer needs, for good, and verifies it.
#pragma once

#include <initializer_list>
#include <string>

namespace callgate {

// Changes from root to `user`, with only that user's group, if we are root, the user exists and we
// may become that user. Otherwise the identity stays. The capabilities in `keep` stay permitted and
// effective. All others leave every set, and also the bounding set if that is allowed. Sets
// no_new_privs and makes the process not dumpable. Then it reads all of this back, and throws
// OsError if a privilege is left that should not be.
void drop_privileges(const std::string& user, std::initializer_list<unsigned> keep = {});

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Giving up what a process no longer needs, for good, and proving it.
#pragma once

#include <initializer_list>
#include <string>

namespace callgate {

// Leaves root behind for `user` (with its own group alone) where we are root, that user exists and
// we may become it; else keeps the identity. Capabilities in `keep` stay permitted and effective,
// every other one leaves every set, the bounding set included where that is allowed. Then
// no_new_privs, and not dumpable. Reads all of it back: throws OsError if anything is left that
// should not be.
void drop_privileges(const std::string& user, std::initializer_list<unsigned> keep = {});

}  // namespace callgate

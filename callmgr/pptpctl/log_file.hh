// SPDX-License-Identifier: GPL-2.0-or-later
// The log that a user names: a file, or "-" for standard input.
#pragma once

#include <string>

#include "common/system/unique_fd.hh"

namespace callgate {

// Throws OsError.
UniqueFd open_log(const std::string& name);

}  // namespace callgate

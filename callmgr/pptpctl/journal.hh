// SPDX-License-Identifier: GPL-2.0-or-later
// The journal of this boot as lines of text: only what programs say that have to do with tunnels.
#pragma once

#include <functional>
#include <string_view>

namespace callgate {

// Throws OsError.
void read_journal(const std::function<void(std::string_view)>& sink);

}  // namespace callgate

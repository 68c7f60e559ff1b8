// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

namespace callgate {

// A word of a command line, in quotes if a shell would see more in it than that word.
std::string shell_quote(const std::string& word);

}  // namespace callgate

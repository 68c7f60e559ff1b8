// SPDX-License-Identifier: GPL-2.0-or-later
// Which of the known words somebody meant who typed another one. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace callgate {

// Returns ": did you mean '--json'?", or "" if no known word is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace callgate

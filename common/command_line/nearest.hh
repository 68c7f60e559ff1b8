// SPDX-License-Identifier: GPL-2.0-or-later
// Which of the words that exist somebody may have meant. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace callgate {

// Letters left out, put in, replaced, or swapped with their neighbour.
size_t typing_errors(std::string_view typed, std::string_view meant);

// The nearest of them, or none where all are too far away to be more than a guess.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);

// ": did you mean '--json'?", or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace callgate::diagnose {

// Says in words what a line of a log encodes. Returns an empty text if the line needs no words.
std::string explain(std::string_view text);

}  // namespace callgate::diagnose

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace callgate::diagnose {

// Makes a text from a log harmless to the terminal that shows it. Unlike printable(), it leaves
// backslashes as they are: the number of backslashes in a log may be the fault that is looked for.
std::string shown(std::string_view text);

}  // namespace callgate::diagnose

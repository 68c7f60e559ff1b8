// SPDX-License-Identifier: GPL-2.0-or-later
// Which lines of a log are shown.
#pragma once

#include <string>

namespace callgate::gui {

enum class LogFilter { all, pptp, pppd, problems };

// The value of a filter in a list of choices.
LogFilter parse_filter(const std::string& name);

bool passes(LogFilter filter, const std::string& line);

}  // namespace callgate::gui

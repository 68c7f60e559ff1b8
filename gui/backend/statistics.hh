// SPDX-License-Identifier: GPL-2.0-or-later
// Reads the counters of a network interface from /sys.
#pragma once

#include <optional>
#include <string>

#include "gui/model/rates.hh"

namespace callgate::gui {

// Returns nullopt if there is no such interface. `root`: a directory, or empty.
std::optional<Counters> read_counters(const std::string& root, const std::string& interface);

}  // namespace callgate::gui

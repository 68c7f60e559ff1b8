// SPDX-License-Identifier: GPL-2.0-or-later
// How well packets pass through a tunnel: the statistics of its call, as pptpctl status --json has
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callgate::gui {

struct Quality {
  uint64_t received = 0, lost = 0;  // packets from the server
  uint64_t round_trip = 0;          // microseconds; 0: not known
};

// Returns nullopt if there is no such call, or it has no statistics yet.
std::optional<Quality> parse_quality(std::string_view status, const std::string& tunnel,
                                     const std::string& interface);

// "Loss: 0.02 %, round trip: 18 ms"
std::string quality_text(const Quality& quality);

}  // namespace callgate::gui

// SPDX-License-Identifier: GPL-2.0-or-later
// The whole terminal, for pictures that are drawn over one another. Whatever ends us leaves the
// terminal as it was: also a signal, and while it is stopped (Ctrl-Z).
#pragma once

#include <string>
#include <vector>

#include "common/wire/ids.hh"

namespace callgate {

class Screen {
 public:
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // As many lines, and of each as much, as there is room for.
  void draw(const std::vector<std::string>& lines) const;

  enum class Event : uint8_t { time_is_over, redraw, quit };
  Event wait(Duration time) const;
};

}  // namespace callgate

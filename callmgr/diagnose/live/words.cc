// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/words.hh"

#include <fmt/format.h>

namespace callgate::diagnose::live {

std::string in_seconds(Duration duration) {
  return fmt::format("{:.3g} s", static_cast<double>(duration.count()) / 1000);
}

}  // namespace callgate::diagnose::live

// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/wire/ids.hh"

#include <fmt/format.h>

namespace callgate {

std::string seconds_text(Duration time) {
  return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/wire/ids.hh"

#include <fmt/format.h>

#include <ctime>

namespace callgate {

TimePoint Clock::now() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return TimePoint(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

std::string seconds_text(Duration time) {
  return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/watchdog.hh"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

namespace callgate {

Watchdog::Watchdog(EventLoop& loop, std::function<std::string()> status)
    : status_(std::move(status)) {
  uint64_t limit = 0;  // us
  if (sd_watchdog_enabled(0, &limit) <= 0) return;
  interval_ = std::chrono::duration_cast<Duration>(std::chrono::microseconds(limit)) / 3;
  timer_ = loop.timer([this] { tell(); });
  tell();
}

void Watchdog::tell() {
  sd_notify(0, fmt::format("WATCHDOG=1\nSTATUS={}", status_()).c_str());
  timer_.start(interval_);
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Tells systemd regularly that the event loop still runs, and what the manager holds.
#pragma once

#include <functional>
#include <string>

#include "callmgr/event_loop.hh"

namespace callgate {

class Watchdog {
 public:
  // It does nothing if systemd does not watch (WATCHDOG_USEC of sd_watchdog_enabled(3)).
  Watchdog(EventLoop& loop, std::function<std::string()> status);

 private:
  void tell();

  std::function<std::string()> status_;
  Duration interval_{0};
  Watch timer_;
};

}  // namespace callgate

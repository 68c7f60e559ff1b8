// SPDX-License-Identifier: GPL-2.0-or-later
// Tells systemd, in the time that it asks for, that the event loop still turns, and what it holds.
#pragma once

#include <functional>
#include <string>

#include "callmgr/event_loop.hh"

namespace callgate {

class Watchdog {
 public:
  // Does nothing where nobody watches (WATCHDOG_USEC of sd_watchdog_enabled(3)).
  Watchdog(EventLoop& loop, std::function<std::string()> status);

 private:
  void tell();

  std::function<std::string()> status_;
  Duration interval_{0};
  Watch timer_;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Notices that this host has slept (suspend to RAM or to disk). The timers of the event loop stand
// still while the host sleeps, so nothing else would happen at once when it wakes up.
#pragma once

#include "callmgr/event_loop.hh"
#include "common/system/unique_fd.hh"

namespace callgate {

class SleepWatch {
 public:
  static constexpr Duration kNap{1'000};  // what is shorter changes nothing for a server

  using Slept = std::function<void(Duration time)>;

  SleepWatch(EventLoop& loop, Slept slept);

 private:
  void clock_was_set();

  Slept slept_;
  Duration asleep_;  // since boot, as far as we have noticed
  UniqueFd timer_;
  Watch set_;
};

}  // namespace callgate

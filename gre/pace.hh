// SPDX-License-Identifier: GPL-2.0-or-later
// Decides when it pays to let a few packets arrive before we look for them. At 20,000 packets/s
// each packet would wake us by itself, and most of the time would be spent on going to sleep and
// waking up.
//
// There are pauses only between packets that follow each other closely, and only as long as pauses
// help: if a pause brings fewer than kWorthIt packets, it is the last one, and more packets must
// pass before the next trial. A packet that comes alone, or as the answer to one of ours, is not
// held back.
#pragma once

#include "common/wire/ids.hh"

namespace callgate {

class Pace {
 public:
  static constexpr std::chrono::microseconds kPause{100};  // the kernel adds 50 us of timer slack
  static constexpr std::chrono::microseconds kClose{200};  // from one turn to the next
  static constexpr uint64_t kWorthIt = 3;                  // packets after a pause
  static constexpr uint32_t kFirstTrial = 8, kLastTrial = 1024;  // close turns before a pause

  // Returns whether to pause before the next turn. `total`: packets moved since the call began. The
  // last turn began at `now`.
  bool pause_after(uint64_t total, TimePoint now);

 private:
  TimePoint last_;
  uint64_t total_ = 0;
  uint32_t close_turns_ = 0, needed_ = kFirstTrial;
  bool pausing_ = false;
};

}  // namespace callgate

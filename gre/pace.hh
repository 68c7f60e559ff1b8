// SPDX-License-Identifier: GPL-2.0-or-later
// When it pays to let a few packets come before we look for them: at 20,000 packets/s, each of
// which would wake us by itself, most of the time goes into going to sleep and waking up.
//
// Only between packets that follow each other closely, and only as long as it works: a pause after
// which there are not several packets is the last one, and the next trial is further away. A packet
// that comes alone, or as the answer to one of ours, is not held back.
#pragma once

#include "common/wire/ids.hh"

namespace callgate {

class Pace {
 public:
  static constexpr std::chrono::microseconds kPause{100};        // and the kernel's timer slack, 50
  static constexpr std::chrono::microseconds kClose{200};        // from one turn to the next
  static constexpr uint64_t kWorthIt = 3;                        // packets after a pause
  static constexpr uint32_t kFirstTrial = 8, kLastTrial = 1024;  // close turns before a pause

  // A turn that began at `now` has moved so many packets: whether to pause before the next one.
  bool pause_after(uint64_t packets, TimePoint now);

 private:
  TimePoint last_;
  uint32_t close_turns_ = 0, needed_ = kFirstTrial;
  bool pausing_ = false;
};

}  // namespace callgate

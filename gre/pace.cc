// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pace.hh"

#include <algorithm>
#include <utility>

namespace callgate {

bool Pace::pause_after(uint64_t total, TimePoint now) {
  uint64_t packets = total - std::exchange(total_, total);
  bool close = packets > 0 && now - last_ <= kClose;
  last_ = now;
  if (pausing_) {
    pausing_ = packets >= kWorthIt;
    needed_ = pausing_ ? kFirstTrial : std::min(2 * needed_, kLastTrial);
    close_turns_ = 0;
  } else {
    close_turns_ = close ? close_turns_ + 1 : close_turns_ / 2;
    pausing_ = close_turns_ >= needed_;
  }
  return pausing_;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/reorder_timeout.hh"

#include <algorithm>
#include <utility>

namespace callgate {

ReorderTimeout::Microseconds ReorderTimeout::value() const {
  Microseconds largest = std::max(largest_, largest_before_);
  Microseconds wait = std::max(mean_ + 4 * deviation_, largest + largest / 4);
  return std::clamp(wait, std::min(kLeast, bound_), bound_);
}

void ReorderTimeout::shown(Microseconds delay) {
  if (missing_++ == kMissing) {
    largest_before_ = std::exchange(largest_, Microseconds(0));
    missing_ = 1;
  }
  largest_ = std::max(largest_, delay);
}

void ReorderTimeout::path(Microseconds adaptive_timeout) {
  auto estimate = std::min(adaptive_timeout, bound_);
  if (path_only_)
    mean_ = estimate;
  else if (!path_known_)
    mean_ = std::min(mean_, estimate);  // the mean began at the bound
  path_known_ = true;
}

// A delay of 0 means that the missing packet came in the same wake-up, so that nobody waited. Only
// delays above the mean widen the deviation, because packets that come early make no other late.
void ReorderTimeout::filled(TimePoint::duration delay) {
  auto sample = std::min(std::chrono::duration_cast<Microseconds>(delay), bound_);
  if (sample.count() <= 0) return;
  path_only_ = false;
  shown(sample);
  Microseconds difference = sample - mean_;
  if (difference.count() > 0)
    deviation_ += (difference - deviation_) / 4;
  else
    deviation_ -= deviation_ / 16;
  mean_ += difference / 8;
}

// Such a packet is lost as a rule, and the wait was in vain: the next one is a little shorter.
void ReorderTimeout::given_up(Sequence first, Sequence end, TimePoint since) {
  path_only_ = false;
  shown(Microseconds(0));
  mean_ -= mean_ / 16;
  deviation_ -= deviation_ / 16;
  gaps_[next_gap_] = {first, end, since};
  next_gap_ = (next_gap_ + 1) % kRemembered;
}

// We gave up too soon, so the next wait is twice the delay, as section 4.4.2 doubles its time-out.
// A packet that comes even after the bound counts as lost.
void ReorderTimeout::late(Sequence sequence, TimePoint now) {
  for (Gap& gap : gaps_) {
    if (sequence - gap.first < 0 || sequence - gap.end >= 0) continue;
    auto delay = std::chrono::duration_cast<Microseconds>(now - gap.since);
    if (delay > bound_) return;
    shown(delay);
    mean_ = std::max(mean_, std::min(2 * delay, bound_) - 4 * deviation_);
    gap = {};  // its other packets and copies of this one tell nothing new
    return;
  }
}

}  // namespace callgate

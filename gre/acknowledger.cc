// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/acknowledger.hh"

#include <algorithm>

namespace callgate {

void Acknowledger::path(std::chrono::microseconds round_trip) {
  pause_ = std::clamp<TimePoint::duration>(round_trip / 4, kLeastPause, kMostPause);
}

void Acknowledger::received(Sequence highest, TimePoint now) {
  if (!pending_) since_ = now;
  pending_ = latest_ = highest;
  last_ = now;
  unacknowledged_++;
}

void Acknowledger::sent() {
  pending_.reset();
  unacknowledged_ = 0;
  last_stop_ = 0;
}

void Acknowledger::sent_alone(TimePoint now) {
  if (unacknowledged_ >= quota_)
    filled();
  else if (now - last_ >= pause_)
    stopped();
  pending_.reset();
  unacknowledged_ = 0;
}

void Acknowledger::postpone(TimePoint now) {
  since_ = now;
  last_ = now + TimePoint::duration(kDelay) - pause_;
  unacknowledged_ = 0;
}

void Acknowledger::filled() {
  last_stop_ = 0;
  if (quota_ > limit_) trials_ = kTrials;  // the server does not stop there any more
  if (++right_ < trials_) return;
  quota_ = std::min(std::max(2 * quota_, limit_ + 1), kMost);
  right_ = 0;
}

// A server may be silent for other reasons, but then it does not stop twice after the same number
// of packets, or it sends so few packets that acknowledgements do not matter.
void Acknowledger::stopped() {
  if (unacknowledged_ == last_stop_) {
    limit_ = unacknowledged_;
    quota_ = std::max(limit_ / 2, 1u);
    trials_ = std::min(2 * trials_, kMostTrials);  // each trial costs a pause
    right_ = 0;
  }
  last_stop_ = unacknowledged_;
}

bool Acknowledger::due(TimePoint now) const {
  if (!pending_) return false;
  return unacknowledged_ >= quota_ || now - last_ >= pause_ || now - since_ >= kDelay;
}

std::optional<TimePoint> Acknowledger::next_deadline() const {
  if (!pending_) return std::nullopt;
  return std::min(last_ + pause_, since_ + TimePoint::duration(kDelay));
}

}  // namespace callgate

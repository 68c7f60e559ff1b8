// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/acknowledger.hh"

namespace callgate {

using std::chrono::duration_cast;
using std::chrono::microseconds;

void Acknowledger::received(Sequence highest, TimePoint now) {
  if (!pending_) since_ = now;
  pending_ = highest;
  unacknowledged_++;
}

void Acknowledger::sent() {
  pending_.reset();
  unacknowledged_ = 0;
}

bool Acknowledger::due(TimePoint now) const {
  return pending_ && (unacknowledged_ >= at_once_ || now - since_ >= kDelay);
}

std::optional<TimePoint> Acknowledger::next_deadline() const {
  if (!pending_) return std::nullopt;
  return since_ + kDelay;
}

void RoundTrip::sent(Sequence sequence, TimePoint now) {
  last_sent_ = sequence;
  if (probe_) return;
  probe_ = sequence;
  probe_sent_ = now;
}

void RoundTrip::acknowledged(Sequence sequence, TimePoint now) {
  if (!probe_ || sequence - *probe_ < 0 || sequence - *last_sent_ > 0) return;
  auto sample = duration_cast<microseconds>(now - probe_sent_);
  // RTT[n] = RTT[n-1] + alpha * DIFF[n], alpha = 1/8; the first sample stands for RTT[0].
  estimate_ = estimate_.count() == 0 ? sample : estimate_ + (sample - estimate_) / 8;
  probe_.reset();
}

}  // namespace callgate

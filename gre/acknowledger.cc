// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/acknowledger.hh"

namespace callgate {

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

}  // namespace callgate

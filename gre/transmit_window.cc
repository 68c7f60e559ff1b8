// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/transmit_window.hh"

#include <algorithm>

namespace callgate {

size_t TransmitWindow::room() const {
  if (most_ == 0 || in_vain_ >= kInVain) return SIZE_MAX;
  return size_ > on_their_way() ? size_ - on_their_way() : 0;
}

void TransmitWindow::sent(Sequence last, TimePoint now) {
  if (on_their_way() == 0) since_ = now;
  last_sent_ = last;
  if (on_their_way() > kRemembered) acknowledged_ = last + (0u - kRemembered);
}

// A number that we have not sent, or an old one, acknowledges nothing.
void TransmitWindow::acknowledged(Sequence sequence, TimePoint now) {
  if (sequence - acknowledged_ <= 0 || sequence - last_sent_ > 0) return;
  successes_ += static_cast<uint32_t>(sequence - acknowledged_);
  acknowledged_ = sequence;
  since_ = now;
  in_vain_ = 0;
  if (successes_ < size_) return;
  successes_ = 0;  // section 4.2.3: a whole window without a time-out
  size_ = std::min(size_ + 1, most_);
}

void TransmitWindow::path(Microseconds adaptive_timeout) {
  wait_ = std::clamp<Microseconds>(adaptive_timeout, kLeastWait, kMostWait);
}

std::optional<TimePoint> TransmitWindow::next_deadline() const {
  if (!closed()) return std::nullopt;
  return since_ + wait_;
}

// Sections 4.2.2 and 4.4.2
void TransmitWindow::expire(TimePoint now) {
  auto deadline = next_deadline();
  if (!deadline || now < *deadline) return;
  acknowledged_ = last_sent_;
  size_ = (size_ + 1) / 2;
  wait_ = std::min<Microseconds>(2 * wait_, kMostWait);
  successes_ = 0;
  in_vain_++;
  timeouts_++;
}

}  // namespace callgate

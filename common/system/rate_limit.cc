// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/system/rate_limit.hh"

#include <algorithm>
#include <utility>

namespace callgate {

uint64_t RateLimit::tokens(TimePoint now) const {
  if (!counted_at_) return at_once_;
  return std::min(at_once_, tokens_ + static_cast<uint64_t>((now - *counted_at_) / every_));
}

std::optional<uint64_t> RateLimit::happened(TimePoint now) {
  unsaid_++;
  uint64_t available = tokens(now);
  if (available == 0) return std::nullopt;
  // A part of an interval that has passed counts for the next token.
  if (available == at_once_)
    counted_at_ = now;
  else
    *counted_at_ += (available - tokens_) * every_;
  tokens_ = available - 1;
  return std::exchange(unsaid_, 0);
}

}  // namespace callgate

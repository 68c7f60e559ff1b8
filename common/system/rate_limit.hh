// SPDX-License-Identifier: GPL-2.0-or-later
// Lets events be logged, but a flood of events must not become a flood of log lines. Pure.
#pragma once

#include <optional>

#include "common/wire/ids.hh"

namespace callgate {

// A token bucket: this many events may be logged at once, and then one in each interval.
class RateLimit {
 public:
  RateLimit() : RateLimit(1, std::chrono::minutes(1)) {}
  RateLimit(uint64_t at_once, Duration every) : at_once_(at_once), every_(every) {}

  // Returns the number of events since the last one that was logged, this one included. nullopt =
  // do not log it.
  std::optional<uint64_t> happened(TimePoint now);
  // True if nothing is owed: a new limit would behave in the same way.
  bool is_at_rest(TimePoint now) const { return unsaid_ == 0 && tokens(now) == at_once_; }

 private:
  uint64_t tokens(TimePoint now) const;

  uint64_t at_once_;
  Duration every_;
  uint64_t tokens_ = 0, unsaid_ = 0;  // tokens_: at counted_at_
  std::optional<TimePoint> counted_at_;
};

}  // namespace callgate

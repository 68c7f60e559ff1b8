// SPDX-License-Identifier: GPL-2.0-or-later
// Measures how long the server takes to acknowledge our packets: the estimator of RFC 2637 section
// 4.4.
#pragma once

#include <optional>

#include "common/wire/ids.hh"

namespace callgate {

class RoundTrip {
 public:
  using Microseconds = std::chrono::microseconds;
  // A packet that was not acknowledged within this time never will be. Another one is timed.
  static constexpr std::chrono::seconds kForgotten{10};

  // A packet with data was sent.
  void sent(Sequence sequence, TimePoint now);
  // The server acknowledged this number. Returns true if the estimate has changed. Numbers that we
  // have not sent are ignored.
  bool acknowledged(Sequence sequence, TimePoint now);

  bool known() const { return estimate_.count() > 0; }
  Microseconds estimate() const { return estimate_; }  // 0 = not measured yet
  // ATO of section 4.4. The caller applies the bounds.
  Microseconds adaptive_timeout() const { return estimate_ + 4 * deviation_; }

 private:
  void sample(Microseconds time);

  std::optional<Sequence> probe_;  // one packet at a time is timed
  TimePoint probe_sent_;
  std::optional<Sequence> last_sent_;
  Microseconds estimate_{0}, deviation_{0};
};

}  // namespace callgate

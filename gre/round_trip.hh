// SPDX-License-Identifier: GPL-2.0-or-later
// Measures how long the server takes to acknowledge our packets: the estimator of RFC 2637 section
// 4.4.
//
// Some servers acknowledge with their next data only, however late that is. So the time until an
// acknowledgement may be a pause of the server, and the shortest times tell about the path. A time
// that is far above the estimate counts only if kPauses times in a row are: then the path itself
// has become longer. A time far below the estimate shows that the others were pauses.
#pragma once

#include <optional>

#include "common/wire/ids.hh"

namespace callgate {

class RoundTrip {
 public:
  using Microseconds = std::chrono::microseconds;
  // A packet that was not acknowledged within this time never will be. Another one is timed.
  static constexpr std::chrono::seconds kForgotten{10};

  // Times in a row above kFar times the estimate that may be pauses of the server.
  static constexpr int kPauses = 8, kFar = 2;

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
  bool sample(Microseconds time);

  std::optional<Sequence> probe_;  // one packet at a time is timed
  TimePoint probe_sent_;
  std::optional<Sequence> last_sent_;
  Microseconds estimate_{0}, deviation_{0};
  int far_ = 0;                // times in a row that were far above the estimate
  Microseconds least_far_{0};  // the shortest of them
};

}  // namespace callgate

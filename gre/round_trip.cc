// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/round_trip.hh"

#include <algorithm>

namespace callgate {

void RoundTrip::sent(Sequence sequence, TimePoint now) {
  last_sent_ = sequence;
  if (probe_ && now - probe_sent_ < kForgotten) return;
  probe_ = sequence;
  probe_sent_ = now;
}

bool RoundTrip::acknowledged(Sequence sequence, TimePoint now) {
  if (!probe_ || sequence - *probe_ < 0 || sequence - *last_sent_ > 0) return false;
  probe_.reset();
  return sample(std::chrono::duration_cast<Microseconds>(now - probe_sent_));
}

// DIFF[n] = SAMPLE[n] - RTT[n-1], DEV[n] = DEV[n-1] + (|DIFF[n]| - DEV[n-1]) / 4,
// RTT[n] = RTT[n-1] + DIFF[n] / 8. RTT[0] is the first sample and DEV[0] half of it, as in RFC
// 6298. Section 4.4 begins with the Packet Processing Delay instead, but servers do not measure
// that.
bool RoundTrip::sample(Microseconds time) {
  time = std::max(time, Microseconds(1));  // 0 within one wake-up
  bool far = known() && time > kFar * estimate_;
  if (far) {
    least_far_ = far_ == 0 ? time : std::min(least_far_, time);
    if (++far_ < kPauses) return false;
    time = least_far_;
  }
  far_ = 0;
  if (far || !known() || kFar * time < estimate_) {
    estimate_ = time;
    deviation_ = time / 2;
    return true;
  }
  Microseconds difference = time - estimate_;
  deviation_ += (std::chrono::abs(difference) - deviation_) / 4;
  estimate_ += difference / 8;
  estimate_ = std::max(estimate_, Microseconds(1));
  return true;
}

}  // namespace callgate

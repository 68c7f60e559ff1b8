// SPDX-License-Identifier: GPL-2.0-or-later
// When one direction of a call last carried data of users. What PPP says to itself does not count:
// a server may answer every Echo-Request of LCP and forward nothing. Pure.
#pragma once

#include <algorithm>
#include <optional>

#include "common/wire/bytes.hh"
#include "common/wire/ids.hh"

namespace callgate {

// RFC 1661 section 2: the protocols from 0x8000 on control the link. A protocol below 0x100 may be
// one octet, which is odd; the first octet of two is even.
inline bool carries_data(ByteSpan frame) {
  if (frame.size() >= 2 && frame[0] == 0xFF && frame[1] == 0x03) frame = frame.subspan(2);
  return !frame.empty() && (frame[0] < 0x80 || frame[0] % 2 == 1);
}

class LastData {
 public:
  void passed(ByteSpan frame, TimePoint now) {
    if (carries_data(frame)) at_ = now;
  }
  // 0 if there was none yet.
  std::chrono::microseconds idle(TimePoint now) const {
    using std::chrono::microseconds;
    if (!at_) return {};
    return std::max(std::chrono::duration_cast<microseconds>(now - *at_), microseconds(1));
  }

 private:
  std::optional<TimePoint> at_;
};

}  // namespace callgate

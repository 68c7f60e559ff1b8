// SPDX-License-Identifier: GPL-2.0-or-later
// --mtu-auto: finds the largest IP packet that the path carries inside the tunnel, as RFC 4821 does
// it, with LCP Echo-Requests of each size as the packets that may get lost. Decides only: takes
// answers and the time, and returns the sizes to send. All sizes are bytes of an IP packet.
//
// A size is lost if none of kTries Echo-Requests of it is answered although a smaller one still is.
// If nothing is answered, nothing is known, and the MTU stays as it is.
#pragma once

#include <optional>
#include <vector>

#include "common/wire/ids.hh"

namespace callgate {

class MtuWatch {
 public:
  static constexpr unsigned kTries = 3, kMostTries = 6;
  static constexpr size_t kSizes = 15;  // at most at once
  static constexpr uint16_t kExact = 4;
  static constexpr uint16_t kLeast = 528;  // fits into an IP packet of 576 bytes, which all take
  static constexpr Duration kLeastWait{250}, kMostWait{1000};  // for an answer
  static constexpr Duration kLaterWait{500};  // at least, when nobody waits and queues may be full
  static constexpr std::chrono::minutes kGrow{10};  // RFC 1191 section 6.3

  // `interval`: how often a packet of the MTU's size is sent to see whether it still passes.
  explicit MtuWatch(Duration interval) : interval_(interval) {}

  // The link is up. `most`: the largest MTU that is possible, as far as is known. `wait`: the time
  // for an answer.
  void begin(uint16_t most, TimePoint::duration wait, TimePoint now);
  // More or less is known to be possible.
  void limit(uint16_t most, TimePoint now);
  void answered(uint16_t size, TimePoint now);
  // Returns the sizes of the Echo-Requests to send now.
  std::vector<uint16_t> advance(TimePoint now);

  std::optional<TimePoint> deadline() const { return next_; }
  uint16_t mtu() const { return mtu_; }
  // The first measurement is over, and mtu() is to be used.
  bool ready() const { return ready_; }
  // That measurement had an answer.
  bool measured() const { return measured_; }

 private:
  void ask(std::vector<uint16_t> sizes, TimePoint now);
  void judge(TimePoint now);
  void narrow(TimePoint now);
  void finish(std::optional<uint16_t> mtu, TimePoint now);
  bool asking() const { return !sizes_.empty(); }

  TimePoint::duration interval_, wait_{};
  uint16_t most_ = 0, mtu_ = 0;
  bool ready_ = false, measured_ = false;
  std::vector<uint16_t> sizes_;  // that are asked for, in ascending order; empty: none are
  unsigned tries_ = 0;           // with these sizes
  bool heard_ = false;           // any answer since the last try
  uint16_t best_ = 0;            // the largest size that was answered; 0 = none was
  uint16_t lost_ = 0;            // the smallest size that does not pass
  std::optional<TimePoint> next_;
  TimePoint grow_;  // when to see whether a larger MTU has become possible
};

}  // namespace callgate

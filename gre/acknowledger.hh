// SPDX-License-Identifier: GPL-2.0-or-later
// When received packets are acknowledged (RFC 2637 sections 4.1 and 4.2.5): with the next data
// packet if one goes out soon, else alone; seldom, but before a server that keeps to a window has
// to wait.
//
// Which window that is we cannot know: ours is the largest that it may use, and it begins with less
// and goes down to a single packet when it misses an acknowledgement (section 4.2). But a server
// at the end of its window stops. So three things make an acknowledgement due:
//  - so many packets. At first half of the window that we announced. When that has been right many
//    times, twice as many, as no server stopped. When one stops twice at the same place, half of
//    that.
//  - silence after a packet, much shorter than a round trip;
//  - kDelay after the first packet.
#pragma once

#include <optional>

#include "common/wire/ids.hh"

namespace callgate {

class Acknowledger {
 public:
  static constexpr Duration kDelay{100};                      // as Windows has it
  static constexpr uint32_t kMost = 512;                      // packets for one acknowledgement
  static constexpr uint32_t kTrials = 16, kMostTrials = 512;  // before it may be more packets
  // Silence: a quarter of the round trip between these two. The third while that is unknown.
  static constexpr Duration kLeastPause{2}, kMostPause{25}, kFirstPause{10};

  explicit Acknowledger(uint16_t our_window) : quota_(our_window > 1 ? our_window / 2u : 1u) {}

  // The round trip, as it is now.
  void path(std::chrono::microseconds round_trip);
  // A packet arrived, and this is the highest number so far.
  void received(Sequence highest, TimePoint now);

  // The number to acknowledge, if there is news for the server.
  std::optional<Sequence> pending() const { return pending_; }
  // It went out with data.
  void sent();
  // It went out alone, because it was due.
  void sent_alone(TimePoint now);
  // It could not be sent: try again after kDelay, as a packet filter or a dead path says the same
  // each time.
  void postpone(TimePoint now);

  // Whether it must go now, without data.
  bool due(TimePoint now) const;
  std::optional<TimePoint> next_deadline() const;

 private:
  void filled();
  void stopped();

  std::optional<Sequence> pending_;
  TimePoint since_, last_;       // the first and the last packet that is not acknowledged
  uint32_t unacknowledged_ = 0;  // packets
  uint32_t quota_;               // packets that make it due
  TimePoint::duration pause_ = kFirstPause;

  uint32_t trials_ = kTrials, right_ = 0;  // that the quota needs to be doubled, and has
  uint32_t last_stop_ = 0;                 // packets after which the server was silent last time
  uint32_t limit_ = 0;                     // at which it stopped twice, 0 = it never did
};

}  // namespace callgate

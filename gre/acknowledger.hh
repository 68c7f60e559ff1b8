// SPDX-License-Identifier: GPL-2.0-or-later
// Decides when received packets are acknowledged (RFC 2637 sections 4.1 and 4.2.5): with the next
// data packet if one is sent soon, otherwise alone. Acknowledgements are few, but a server that
// keeps to a window must not have to wait for one.
//
// We cannot know that window. Ours is the largest that the server may use, but it begins with a
// smaller one and goes down to a single packet when it misses an acknowledgement (section 4.2). A
// server at the end of its window stops, however. So an acknowledgement is due in three cases:
//  - After a number of packets, the quota. It begins as half of the window that we announced. It is
//    doubled when it has been right many times, because the server did not stop. If the server
//    stops twice at the same place, it becomes half of that.
//  - After a pause that follows a packet. The pause is much shorter than a round trip.
//  - kDelay after the first packet that is not acknowledged.
#pragma once

#include <optional>

#include "common/wire/ids.hh"

namespace callgate {

class Acknowledger {
 public:
  static constexpr Duration kDelay{100};                      // as in Windows
  static constexpr uint32_t kMost = 512;                      // packets per acknowledgement
  static constexpr uint32_t kTrials = 16, kMostTrials = 512;  // before the quota grows
  // The pause is a quarter of the round trip, but within the first two. While the round trip is
  // unknown, it is the third.
  static constexpr Duration kLeastPause{2}, kMostPause{25}, kFirstPause{10};

  explicit Acknowledger(uint16_t our_window) : quota_(our_window > 1 ? our_window / 2u : 1u) {}

  // Tells the present estimate of the round trip.
  void path(std::chrono::microseconds round_trip);
  // A packet arrived, and `highest` is the highest number so far.
  void received(Sequence highest, TimePoint now);

  // The number to acknowledge. nullopt if the server knows it already.
  std::optional<Sequence> pending() const { return pending_; }
  // The highest number that came. It may be acknowledged again, which changes nothing.
  std::optional<Sequence> latest() const { return latest_; }
  // The pending number was sent with data.
  void sent();
  // It was sent alone, because it was due.
  void sent_alone(TimePoint now);
  // It could not be sent. It is due again after kDelay and not at once, because a packet filter or
  // a dead path causes the same error each time.
  void postpone(TimePoint now);

  // Returns whether it must be sent now, without data.
  bool due(TimePoint now) const;
  std::optional<TimePoint> next_deadline() const;

 private:
  void filled();
  void stopped();

  std::optional<Sequence> pending_, latest_;
  TimePoint since_, last_;       // arrival of the first and the last unacknowledged packet
  uint32_t unacknowledged_ = 0;  // packets
  uint32_t quota_;               // packets after which an acknowledgement is due
  TimePoint::duration pause_ = kFirstPause;

  uint32_t trials_ = kTrials, right_ = 0;  // before the quota is doubled: needed, so far
  uint32_t last_stop_ = 0;                 // packets after which the server stopped last time
  uint32_t limit_ = 0;                     // packets after which it stopped twice; 0 = never
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// The order of received frames (RFC 2637 section 4.3): decides what goes to pppd now, what waits
// for an earlier number, and what is dropped. Does no I/O and knows no clock but the `now` it is
// given.
//
// pppd never gets a late frame or a duplicate. Stateless MPPE takes a number before the last one
// for one that is almost a whole cycle ahead, changes its key up to 4095 times to catch up, and
// then cannot decrypt anything. A dropped frame does no harm to it.
//
// So a number outside the window is followed only if there is no doubt that a new numbering began:
//  - It is ahead, because an outage lost more than the window holds. kRunLength packets must come
//    whose numbers rise by small steps, without any packet of the old numbering among them. A
//    single wild number changes nothing.
//  - It is behind, because the server began again. kRunLength packets with consecutive numbers must
//    come after kSilence without any packet of the old numbering. They must begin at 0 or 1, as a
//    new numbering does, or be more than a window behind, which no reordering explains.
//
// The first number is 0 in the RFC. Linux's own PPTP module begins with 1. Both are accepted at
// once. A first number slightly above waits for those before it, as any early packet does.
//
// ReorderTimeout decides how long to wait for a missing packet.
#pragma once

#include <deque>
#include <optional>

#include "common/channel/statistics.hh"
#include "common/wire/bytes.hh"
#include "common/wire/ids.hh"
#include "gre/reorder_timeout.hh"

namespace callgate {

class ReceiveWindow {
 public:
  static constexpr uint32_t kDefaultMissing = 300;
  static constexpr uint32_t kMaxMissing = 10'000;
  static constexpr size_t kRunLength = 3;  // packets that prove a new numbering
  static constexpr int32_t kRunStep = 16;  // the largest step from one of them to the next
  static constexpr std::chrono::seconds kSilence{1};

  struct Settings {
    uint32_t missing = kDefaultMissing;  // packets at most this far ahead are kept
    Duration timeout{300};               // longest wait for a missing packet
    bool buffering = true;               // false: never wait, hand on an early packet at once
  };

  // What became of a packet.
  enum class Verdict : uint8_t {
    in_order,   // not copied: the caller hands it on, then what pop() returns
    queued,     // early: copied, and waits for its turn
    duplicate,  // a copy of one that waits: dropped
    late,       // before what was handed on: dropped
    far,        // outside the window: copied, in case a new numbering begins
  };

  // Counts what is lost, early, late, duplicate or too far ahead in `statistics`.
  ReceiveWindow(const Settings& settings, Statistics& statistics);

  // After each offer() and at next_deadline() the caller calls pop() until it returns nullopt.
  Verdict offer(Sequence sequence, ByteSpan frame, TimePoint now);

  // Returns the next queued frame whose turn it is. Valid until the next call of a member.
  std::optional<ByteSpan> pop(TimePoint now);

  // Tells the present adaptive time-out of the round trip.
  void path(std::chrono::microseconds adaptive_timeout) { reorder_timeout_.path(adaptive_timeout); }

  std::optional<TimePoint> next_deadline() const;
  std::chrono::microseconds timeout() const { return reorder_timeout_.value(); }  // of the next gap
  std::optional<Sequence> highest() const { return highest_; }  // to be acknowledged
  Sequence expected() const { return next_; }

 private:
  struct Slot {
    Bytes frame;
    bool full = false;
  };
  struct Waiting {
    Sequence sequence;
    TimePoint since;
  };
  // Packets that may be the beginning of another numbering.
  struct Run {
    std::array<Bytes, kRunLength> frames;
    std::array<Sequence, kRunLength> sequences;
    size_t size = 0;
    bool behind = false;
    TimePoint since;
  };

  Slot& slot(Sequence sequence) { return ring_[sequence.number & (ring_.size() - 1)]; }
  void measure(Sequence sequence, TimePoint now);
  Verdict offer_first(Sequence sequence, ByteSpan frame, TimePoint now);
  Verdict take_in_order(Sequence sequence, TimePoint now);
  Verdict queue(Sequence sequence, ByteSpan frame, TimePoint now);
  Verdict offer_behind(Sequence sequence, ByteSpan frame, TimePoint now);
  Verdict extend_run(Sequence sequence, ByteSpan frame, TimePoint now, bool behind);
  void accepted(Sequence sequence, TimePoint now);
  void put(Sequence sequence, ByteSpan frame, TimePoint since);
  ByteSpan take_next();
  void give_up_gap(bool in_vain);
  bool waited_in_vain(TimePoint now) const;
  TimePoint::duration gap_timeout() const;
  bool run_is_proven(TimePoint now) const;
  void switch_to_run();

  Settings settings_;
  Statistics& statistics_;
  ReorderTimeout reorder_timeout_;
  bool started_ = false;
  Sequence next_;  // the number that comes next
  std::optional<Sequence> highest_;
  TimePoint last_accepted_;

  std::vector<Slot> ring_;       // indexed by the low bits of the number
  size_t queued_ = 0;            // full slots
  std::deque<Waiting> waiting_;  // the same by age; some may have been handed on since
  Bytes popped_;                 // what pop() returned last
  std::vector<Bytes> spare_;     // buffers to be used again
  Run run_;
};

}  // namespace callgate

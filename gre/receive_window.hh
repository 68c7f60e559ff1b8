// SPDX-License-Identifier: GPL-2.0-or-later
// The order of received frames (RFC 2637 section 4.3): what goes to pppd now, what waits for an
// earlier number, what is dropped. Does no I/O and knows no clock but the `now` it is given.
//
// pppd never gets a late frame or a duplicate: stateless MPPE takes a number behind the last one
// for one that is almost a whole cycle ahead, changes its key up to 4095 times to catch up, and
// cannot read anything any more. A frame that is dropped costs it nothing.
//
// Numbers outside the window are therefore taken up only when there is no doubt:
//  - ahead of it (an outage lost more than the window holds): after kRunLength packets whose
//  numbers
//    rise by small steps, with no packet of the old numbering among them. A single wild number
//    changes nothing.
//  - behind it (a server that began again): after kRunLength packets with consecutive numbers,
//  after
//    kSilence without any packet of the old numbering, and only if they begin at 0 or 1, as a new
//    numbering does, or are behind by more than a window, which no reordering explains.
//
// The first number is 0 by the RFC; Linux's own PPTP module starts at 1; both are taken at once. A
// first number slightly above waits for those before it, like any early packet.
//
// How long a gap is waited for is up to ReorderTimeout.
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
  static constexpr int32_t kRunStep = 16;  // at most from one of them to the next
  static constexpr std::chrono::seconds kSilence{1};

  struct Settings {
    uint32_t missing = kDefaultMissing;  // early packets at most this far ahead are kept
    Duration timeout{300};               // longest wait for a missing packet
    bool buffering = true;               // false: never wait, take an early packet at once
  };

  // What became of a packet.
  enum class Verdict : uint8_t {
    in_order,   // not copied: the caller hands it on, then what pop() yields
    queued,     // early: copied, waits
    duplicate,  // of one that waits: dropped
    late,       // behind what was handed on: dropped
    far,        // outside the window: copied, in case a new numbering begins here
  };

  // Counts what is lost, early, late, duplicate or too far ahead in `statistics`.
  ReceiveWindow(const Settings& settings, Statistics& statistics);

  // After each offer() and at next_deadline() the caller calls pop() until it yields nothing.
  Verdict offer(Sequence sequence, ByteSpan frame, TimePoint now);

  // The next queued frame whose turn it is. Valid until the next call of a member.
  std::optional<ByteSpan> pop(TimePoint now);

  // The round trip's adaptive time-out, as it is now.
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
  // Packets that may be the begin of another numbering.
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
  Sequence next_;  // the number whose turn it is
  std::optional<Sequence> highest_;
  TimePoint last_accepted_;

  std::vector<Slot> ring_;       // indexed by the low bits of the number
  size_t queued_ = 0;            // full slots
  std::deque<Waiting> waiting_;  // the same packets by age; those handed on since are left in it
  Bytes popped_;                 // what pop() yielded last
  std::vector<Bytes> spare_;     // buffers to be used again
  Run run_;
};

}  // namespace callgate

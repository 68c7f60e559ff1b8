// SPDX-License-Identifier: GPL-2.0-or-later
// The order of received frames (RFC 2637 section 4.3): decides what goes to pppd now, what waits
// for an earlier number, and what is dropped. Does no I/O and knows no clock but the `now` it is
// given.
//
// pppd never gets a late frame or a duplicate. Stateless MPPE takes a number before the last one
// for one that is almost a whole cycle ahead, changes its key up to 4095 times to catch up, and
// then cannot decrypt anything. A dropped frame does no harm to it.
//
// Anyone may forge packets from the server's address. Only the sequence number tells them apart, so
// a stranger who does not see the traffic must not get in by any cheaper way than to guess it:
//  - A number behind the window is late, however long the server was silent.
//  - A number ahead of the window is believed after a run of packets with small steps, without any
//    packet of the present numbering among them. The run must have a packet for each window that
//    was skipped, and one more. So a run from a guessed number costs more than to guess each window
//    on the way, and an outage that lost N packets is over after N / 300 more.
//  - After a jump that no outage explains, the numbering that was left is believed again at once.
//
// When a call begins, any number may be the first. The RFC says 0, Linux's own PPTP module begins
// with 1, and both are believed at once. Another number waits a little for those before it. Until
// the numbering is settled, a forged packet must not be what the real ones are measured by:
//  - A Configure-Ack that repeats the random magic number of pppd's own LCP request proves the
//    numbering that it comes in (LcpSnoop::proves()). Nothing else is believed against a proof.
//  - Without a proof, 0 and 1 are believed against any other beginning, and each of the first
//    numbers is believed again if it comes with other content: LCP bears duplicates.
//  - A numbering that began elsewhere yields to a run, until it has kSettled packets itself.
//
// A frame that depends on no other one (Order::at_once: stateless MPPE has a key for each packet)
// does not wait. It is handed on as soon as it comes, early or late, but once only. The other
// frames keep their order among each other. If none of them waits, no gap stays open.
//
// ReorderTimeout decides how long to wait for a missing packet.
#pragma once

#include <deque>
#include <optional>

#include "common/channel/statistics.hh"
#include "gre/other_numberings.hh"
#include "gre/reorder_timeout.hh"

namespace callgate {

class ReceiveWindow {
 public:
  static constexpr uint32_t kDefaultMissing = 300;
  static constexpr uint32_t kMaxMissing = 10'000;
  static constexpr uint64_t kFirstRun = 3;  // packets that begin a call at an unusual number
  static constexpr uint32_t kSettled = 4;   // packets that make a beginning believable
  static constexpr uint64_t kLeastRun = 6;  // packets, however short the jump is
  static constexpr uint32_t kLate = 2048;   // packets at least, which may still come late

  struct Settings {
    uint32_t missing = kDefaultMissing;  // packets at most this far ahead are kept
    Duration timeout{300};               // longest wait for a missing packet
    bool buffering = true;               // false: never wait, hand on an early packet at once
  };

  enum class Order : uint8_t { in_turn, at_once };

  // What became of a packet.
  enum class Verdict : uint8_t {
    in_order,   // not copied: the caller hands it on, then what pop() returns
    at_once,    // the same, but not in its turn
    queued,     // early: copied, and waits for its turn
    duplicate,  // a copy of one that waits: dropped
    late,       // before what was handed on: dropped
    far,        // outside the window: copied, in case a new numbering begins
  };

  // Counts what is lost, early, late, duplicate or too far ahead in `statistics`.
  ReceiveWindow(const Settings& settings, Statistics& statistics);

  // After each offer() and at next_deadline() the caller calls pop() until it returns nullopt.
  // `proof`: the frame proves that it comes from the server.
  Verdict offer(Sequence sequence, ByteSpan frame, TimePoint now, bool proof = false,
                Order order = Order::in_turn);

  // Returns the next queued frame whose turn it is. Valid until the next call of a member.
  std::optional<ByteSpan> pop(TimePoint now);

  // Tells the present adaptive time-out of the round trip.
  void path(std::chrono::microseconds adaptive_timeout) { reorder_timeout_.path(adaptive_timeout); }

  std::optional<TimePoint> next_deadline() const;
  std::chrono::microseconds timeout() const { return reorder_timeout_.value(); }  // of the next gap
  std::optional<Sequence> highest() const { return highest_; }  // to be acknowledged
  Sequence expected() const { return next_; }
  bool proven() const { return proven_; }

 private:
  using Run = OtherNumberings::Run;
  struct Slot {
    Bytes frame;
    bool full = false;
    bool handed_on = false;  // the frame did not wait for its turn, and is not here
  };
  struct Waiting {
    Sequence sequence;
    TimePoint since;
  };

  Slot& slot(Sequence sequence) { return ring_[sequence.number & (ring_.size() - 1)]; }
  bool in_window(Sequence sequence) const;
  bool settled() const { return proven_ || accepted_ >= kSettled; }
  bool yields_to_a_run() const { return !settled() && began_.number > 1; }
  bool begins(Sequence sequence, ByteSpan frame) const;
  uint64_t needed(Sequence sequence) const;
  Verdict take_in_order(Sequence sequence, ByteSpan frame, TimePoint now);
  Verdict queue(Sequence sequence, ByteSpan frame, TimePoint now);
  Verdict take_at_once(Sequence sequence, ByteSpan frame, TimePoint now);
  bool take_late(Sequence sequence, Order order);
  Verdict note_other(Sequence sequence, ByteSpan frame, TimePoint now);
  void measure(Sequence sequence, TimePoint now);
  void accepted(Sequence sequence, ByteSpan frame);
  void prove();
  void begin_at(Sequence first);
  void switch_to(Run run);
  void go_to(Sequence next);
  void put(Sequence sequence, ByteSpan frame, TimePoint since);
  void step(bool handed_on);
  ByteSpan take_next();
  void give_up_gap(bool in_vain);
  bool overtaken_too_often() const;
  std::optional<Run> next_run(TimePoint now);
  bool join_next(TimePoint now);

  Settings settings_;
  Statistics& statistics_;
  ReorderTimeout reorder_timeout_;
  bool started_ = false;
  Sequence next_;  // the number that comes next
  std::optional<Sequence> highest_;

  bool proven_ = false;                             // the numbering is the server's beyond doubt
  Sequence began_;                                  // the first number
  uint32_t accepted_ = 0;                           // packets of this numbering, up to kSettled
  std::vector<OtherNumberings::Packet> beginning_;  // those packets, until it is settled
  OtherNumberings others_;
  std::optional<Sequence> left_;  // what came next in the numbering before the last jump

  std::vector<Slot> ring_;       // indexed by the low bits of the number
  size_t queued_ = 0;            // frames in slots
  size_t handed_on_ = 0;         // slots whose frame did not wait
  std::deque<Waiting> waiting_;  // the same by age; some may have been handed on since
  Bytes popped_;                 // what pop() returned last
  std::vector<Bytes> spare_;     // buffers to be used again

  // Which of the numbers before next_ were handed on, by their low bits. Empty until the first
  // frame is handed on at once.
  std::vector<bool> came_;
  std::optional<Sequence> last_in_turn_;  // handed on
};

}  // namespace callgate

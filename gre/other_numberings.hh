// SPDX-License-Identifier: GPL-2.0-or-later
// Runs of packets whose numbers are outside the window. Each may be the beginning of another
// numbering, or forged. ReceiveWindow says how long a run must be before it is believed.
//
// Anyone can send forged packets, so there is only room for a few runs. The run that needs the most
// further packets makes room for another, or one that has stopped. So wild numbers do not drive out
// the real ones: those lie near, as a rule, and they follow each other.
#pragma once

#include <optional>
#include <vector>

#include "common/wire/bytes.hh"
#include "common/wire/ids.hh"

namespace callgate {

class OtherNumberings {
 public:
  static constexpr size_t kRuns = 8;
  static constexpr size_t kKept = 6;    // packets of each run: the last ones
  static constexpr int32_t kStep = 16;  // the largest step from one number to the next
  static constexpr uint64_t kNever = UINT64_MAX / 2;

  struct Packet {
    Sequence sequence;
    Bytes frame;
  };
  static constexpr std::chrono::seconds kStopped{3};  // without a packet

  struct Run {
    std::vector<Packet> packets;  // by number
    TimePoint since, latest;      // arrival of the first packet and of the last
    uint64_t length = 0;          // packets with rising numbers
    uint64_t needed = kNever;     // packets before the run is believed

    Sequence first() const { return packets.front().sequence; }
    Sequence last() const { return packets.back().sequence; }
    uint64_t remaining() const { return length >= needed ? 0 : needed - length; }
  };

  // Adds a packet to the run that it continues, or begins a run. Returns false if the packet is
  // there already.
  bool add(Sequence sequence, ByteSpan frame, TimePoint now, uint64_t needed);
  // A packet of the present numbering came. What looked like the beginning of another one was none,
  // and must begin to count again.
  void interrupt();
  void clear() { runs_.clear(); }

  bool continued_by(Sequence sequence) const;
  std::optional<TimePoint> since() const;  // arrival of the oldest run
  // Both remove the run that they return.
  std::optional<Run> take_believed();
  std::optional<Run> take_oldest();
  // Removes the packet with this number, if a run begins with it.
  std::optional<Packet> take_packet(Sequence sequence);
  bool has_believed() const;

 private:
  using Runs = std::vector<Run>;  // the oldest first

  Run* begin(TimePoint now, uint64_t needed);
  std::optional<Run> take(Runs::iterator run);

  Runs runs_;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Copies of a call's packets for pptpctl capture, on their way to the call manager. The call comes
// first: nothing here waits, what the queue has no place for is dropped and counted.
#pragma once

#include <sys/uio.h>

#include <deque>
#include <span>

#include "common/channel/channel.hh"

namespace callgate {

class CaptureTap {
 public:
  static constexpr size_t kMaxQueued =
      64;  // records of kMaxCapturedTogether bytes: half a megabyte

  explicit CaptureTap(uint32_t capture) : capture_(capture) {}
  uint32_t capture() const { return capture_; }

  // The time of what passes until the next one.
  void begin_batch();
  // One packet, in pieces. Longer ones than kMaxCapturedPacket count as dropped.
  void pass(Passage passage, std::span<const iovec> pieces);
  void pass(Passage passage, ByteSpan packet);

  void add_credit(uint16_t records);
  // What credit and the channel allow.
  void flush(Channel& channel);
  // The same, and the last word. What is left in the queue counts as dropped.
  void end(Channel& channel);

  uint64_t dropped() const { return dropped_; }

 private:
  bool make_room(size_t size);
  bool send_next(Channel& channel);

  uint32_t capture_;
  uint32_t credit_ = 0;  // records that may be sent
  uint64_t time_ = 0;
  uint64_t dropped_ = 0;
  std::deque<std::vector<CapturedPacket>> queue_;  // what goes together into one record
  size_t last_size_ = 0;                           // bytes of the last one
};

}  // namespace callgate

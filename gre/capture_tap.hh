// SPDX-License-Identifier: GPL-2.0-or-later
// Copies of a call's packets for pptpctl capture, written to the socket that pptpctl has passed.
// The call comes first: nothing here waits. What the socket has no room for is dropped and counted.
#pragma once

#include <sys/uio.h>

#include <span>

#include "common/channel/channel.hh"

namespace callgate {

class CaptureTap {
 public:
  CaptureTap(uint32_t asker, UniqueFd socket) : asker_(asker), socket_(std::move(socket)) {}
  uint32_t asker() const { return asker_; }

  // Takes the time for what passes until the next call of this.
  void begin_batch();
  // One packet, in pieces. A packet longer than kMaxCapturedPacket counts as dropped.
  void pass(Passage passage, std::span<const iovec> pieces);
  void pass(Passage passage, ByteSpan packet);
  void flush();

  // The last word to the manager. Nothing is written to the socket after it.
  CaptureEnded end();
  uint64_t dropped() const { return dropped_; }  // packets, in all

 private:
  void drop(size_t packets);

  uint32_t asker_;
  Channel socket_;
  uint64_t time_ = 0;  // ns since 1970
  Captured record_;    // to be written next
  size_t size_ = 0;    // bytes of its packets
  uint64_t dropped_ = 0;
};

}  // namespace callgate

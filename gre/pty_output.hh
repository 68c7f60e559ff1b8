// SPDX-License-Identifier: GPL-2.0-or-later
// Frames on their way to pppd: as one byte stream of HDLC-like framing, or, with --sync, one write
// for each. The pty may take as little as it likes; full() asks the owner to stop for a while.
#pragma once

#include <deque>

#include "common/wire/hdlc.hh"

namespace callgate {

class PtyOutput {
 public:
  // More than this is waiting: receive no more. What one turn of the owner still adds is bounded by
  // its batch and its window.
  static constexpr size_t kFull = 64 * 1024;  // bytes, about what a pty takes by itself

  enum class Result : uint8_t { ok, closed };

  explicit PtyOutput(bool sync) : sync_(sync) {}

  void append(ByteSpan frame, uint32_t accm);

  // Writes as much as the descriptor takes.
  Result flush(int fd);

  size_t pending() const { return end_ - start_; }
  bool empty() const { return pending() == 0; }
  bool full() const { return pending() > kFull; }
  uint64_t dropped() const { return dropped_; }  // frames that a pty took in part (--sync only)

 private:
  static constexpr size_t kSmallest = 16 * 1024;  // bytes of memory

  void make_room(size_t size);
  void written(size_t bytes);
  size_t next_write() const { return sync_ ? sizes_.front() : pending(); }

  bool sync_;
  std::unique_ptr<uint8_t[]> data_;
  size_t capacity_ = 0;
  size_t start_ = 0, end_ = 0;  // what waits is between them
  std::deque<size_t> sizes_;    // of the frames from there on, with --sync
  uint64_t dropped_ = 0;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Frames on their way to pppd: one byte stream in HDLC-like framing or, with --sync, one write for
// each frame. The pty may take as little as it likes; full() asks the owner to stop for a while.
#pragma once

#include <deque>

#include "common/wire/hdlc.hh"

namespace callgate {

class PtyOutput {
 public:
  // If more than this is waiting, nothing more is to be received. What the owner may still add in
  // the same turn is bounded by its batch and its window. Bytes; about what a pty holds by itself.
  static constexpr size_t kFull = 64 * 1024;

  enum class Result : uint8_t { ok, closed };

  explicit PtyOutput(bool sync) : sync_(sync) {}

  void append(ByteSpan frame, uint32_t accm);

  // Writes as much as the descriptor takes.
  Result flush(int fd);

  size_t pending() const { return end_ - start_; }
  bool empty() const { return pending() == 0; }
  bool full() const { return pending() > kFull; }
  // True if the last flush left something: the descriptor takes no more before poll() says so.
  bool stuck() const { return stuck_; }
  uint64_t dropped() const { return dropped_; }  // frames that the pty took in part (--sync only)

 private:
  static constexpr size_t kSmallest = 16 * 1024;  // bytes of memory

  void make_room(size_t size);
  Result write_all(int fd);
  void written(size_t bytes);
  size_t next_write() const { return sync_ ? sizes_.front() : pending(); }

  bool sync_;
  std::unique_ptr<uint8_t[]> data_;
  size_t capacity_ = 0;
  size_t start_ = 0, end_ = 0;  // what waits is between them
  std::deque<size_t> sizes_;    // of the frames that wait, with --sync
  bool stuck_ = false;
  uint64_t dropped_ = 0;
};

}  // namespace callgate

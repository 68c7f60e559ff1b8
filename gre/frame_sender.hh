// SPDX-License-Identifier: GPL-2.0-or-later
// Sends frames to the server: numbers them, gives each its GRE header, and sends them in batches.
// Frames that the socket or the server's window has no room for wait here.
#pragma once

#include <memory>

#include "gre/call_data.hh"
#include "gre/fault_order.hh"
#include "gre/gre_socket.hh"

namespace callgate {

struct SendBatch;

class FrameSender {
 public:
  FrameSender(const FaultOrder::Settings& test, CallData& call, GreSocket& socket);
  ~FrameSender();

  // Adds a frame of this size. The caller writes its bytes before it calls another member.
  uint8_t* add(size_t size);
  // Adds a copy of a frame.
  void add(ByteSpan frame) { std::copy(frame.begin(), frame.end(), add(frame.size())); }
  // The same, for a frame whose GRE header must be as large as any.
  void add_with_acknowledgement(ByteSpan frame) {
    add(frame);
    frames_.back().acknowledges = true;
  }

  // Sends the frames that were added. The first one carries the pending acknowledgement.
  void send(TimePoint now);
  // Sends the pending acknowledgement alone.
  void acknowledge(TimePoint now);

  size_t waiting() const { return frames_.size(); }  // frames that are not sent
  // The frame that was added when waiting() was i. Valid until the next call of add() or send().
  std::span<uint8_t> frame(size_t i) {
    return {memory_.get() + frames_[i].offset, frames_[i].size};
  }

  // True if the socket is full.
  bool blocked() const { return blocked_; }
  // True if the socket or the window is full. Then no more is to be added before all frames are
  // sent.
  bool waits() const { return blocked_ || window_full_; }
  // True if the window has room again, or if the wait for an acknowledgement has timed out.
  bool window_opens(TimePoint now) const;
  std::optional<TimePoint> next_deadline() const;

 private:
  struct Extent {
    uint32_t offset, size;  // in memory_, after room for a GRE header
    // By how much its number is higher than its place in frames_ says. 0 unless --test-type has
    // moved the frame.
    int32_t ahead = 0;
    bool acknowledges = false;  // also if the server knows the number already
  };

  void grow();
  void disorder();
  size_t sendable() const;
  void prepare(size_t count, std::optional<Sequence> acknowledgement);
  void sent(size_t count, TimePoint now);
  void failed(int error, TimePoint now);
  void wait_for_room();
  size_t unsent() const { return frames_.size() - held_back_ - next_frame_; }
  void forget_sent();

  CallData& call_;
  GreSocket& socket_;
  std::unique_ptr<uint8_t[]> memory_;  // of the frames that are not sent
  size_t capacity_ = 0, used_ = 0;     // bytes of it
  std::vector<Extent> frames_;         // in the order in which they go out
  size_t next_frame_ = 0;              // the first of them that was not sent
  size_t new_ = 0;                     // the last ones, which disorder() has not seen
  size_t held_back_ = 0;               // the last ones, which wait for the rest of a disorder
  Sequence next_sequence_{0};
  std::unique_ptr<SendBatch> batch_;
  FaultOrder fault_order_;
  bool blocked_ = false, window_full_ = false;
  bool retrying_ = false;
};

}  // namespace callgate

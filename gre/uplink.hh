// SPDX-License-Identifier: GPL-2.0-or-later
// From pppd to the server: reads the pty in large pieces, cuts them into frames, numbers the frames
// and sends them in batches.
#pragma once

#include <memory>

#include "common/system/rate_limit.hh"
#include "common/wire/hdlc.hh"
#include "gre/call_data.hh"
#include "gre/fault_order.hh"
#include "gre/gre_socket.hh"
#include "gre/sync_frames.hh"

namespace callgate {

struct SendBatch;

class Uplink {
 public:
  struct Settings {
    bool sync = false;
    bool records = false;  // each read from pppd returns one frame
    FaultOrder::Settings test;
  };
  enum class Result : uint8_t { ok, closed };

  Uplink(const Settings& settings, CallData& call, GreSocket& socket);
  ~Uplink();

  // Reads what there is, 64 KiB at most. `closed`: pppd has gone.
  Result read(int pty, TimePoint now);
  // True if the last read took all that a tty gives at once, so that there may be more.
  bool has_more() const { return last_read_ >= kTtyBatch; }
  // Sends the frames that were read. The first one carries the pending acknowledgement.
  void send(TimePoint now);
  // Sends the pending acknowledgement alone.
  void acknowledge(TimePoint now);

  // True if the socket is full.
  bool blocked() const { return blocked_; }
  // True if the socket or the window is full. Then nothing is read before all frames are sent.
  bool waits() const { return blocked_ || window_full_; }
  // True if the window has room again, or if the wait for an acknowledgement has timed out.
  bool window_opens(TimePoint now) const;
  std::optional<TimePoint> next_deadline() const;

  const HdlcErrors& hdlc_errors() const { return decoder_.errors(); }

 private:
  static constexpr size_t kTtyBatch = 4095;  // bytes; N_TTY_BUF_SIZE - 1

  struct Extent {
    uint32_t offset, size;  // in bytes_
    // By how much its number is higher than its place in frames_ says. 0 unless --test-type has
    // moved the frame.
    int32_t ahead = 0;
  };

  Result read_stream(int pty);
  Result read_records(int pty);
  Result read_joined(int pty, TimePoint now);
  void say_joined(const SyncFrames& cut, TimePoint now);
  void keep(ByteSpan frame);
  void check_mode(ByteSpan first_bytes);
  void disorder(size_t new_frames);
  size_t sendable() const;
  void prepare(size_t count, std::optional<Sequence> acknowledgement);
  void sent(size_t count, TimePoint now);
  void failed(int error, TimePoint now);
  void wait_for_room();
  size_t unsent() const { return frames_.size() - held_back_ - next_frame_; }
  void forget_sent();

  CallData& call_;
  GreSocket& socket_;
  Settings settings_;
  HdlcDecoder decoder_;
  std::unique_ptr<uint8_t[]> input_;
  size_t joined_ = 0;  // bytes at the beginning of input_: the first part of a frame (--sync)
  RateLimit unclear_reads_;
  Bytes bytes_;                 // of the frames that were read and not sent
  std::vector<Extent> frames_;  // in the order in which they go out
  size_t next_frame_ = 0;       // the first of them that was not sent
  size_t held_back_ = 0;        // the last ones, which wait for the rest of a disorder
  Sequence next_sequence_{0};
  std::unique_ptr<SendBatch> batch_;
  FaultOrder fault_order_;
  size_t last_read_ = 0;  // bytes
  bool blocked_ = false, window_full_ = false;
  bool retrying_ = false;
  bool mode_checked_ = false;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// From pppd to the server: read the pty in large pieces, cut out the frames, number them, send them
// in batches.
#pragma once

#include <sys/uio.h>

#include <memory>
#include <span>

#include "gre/call_data.hh"
#include "gre/fault_order.hh"

namespace callgate {

struct SendBatch;

class Uplink {
 public:
  struct Settings {
    bool sync = false;
    FaultOrder::Settings test;
  };
  enum class Result : uint8_t { ok, closed };

  Uplink(const Settings& settings, CallData& call);
  ~Uplink();

  // Reads what there is, 64 KiB at most. `closed`: pppd has gone.
  Result read(int pty);
  // The last read took all that a tty gives at once: there may be more.
  bool read_a_lot() const { return last_read_ >= kTtyBatch; }
  // Sends the frames that were read, the pending acknowledgement with the first.
  void send(TimePoint now);
  // Sends the pending acknowledgement alone.
  void acknowledge(TimePoint now);

  // The socket is full.
  bool blocked() const { return blocked_; }
  // That, or the window is full: read no more until what is there has been sent.
  bool waits() const { return blocked_ || window_full_; }
  // The window is not full any more, or has been for too long.
  bool window_opens(TimePoint now) const;
  std::optional<TimePoint> next_deadline() const;

  void add_counters(Statistics& statistics) const;

 private:
  static constexpr size_t kTtyBatch = 4095;  // bytes; N_TTY_BUF_SIZE - 1

  struct Extent {
    uint32_t offset, size;  // in bytes_
  };

  size_t sendable() const;
  Result read_stream(int pty);
  Result read_frames(int pty);
  void keep(ByteSpan frame);
  void check_mode(ByteSpan first_bytes);
  void prepare(size_t count, std::optional<Sequence> acknowledgement);
  void sent(size_t count, TimePoint now);
  void tap(size_t count);
  void tap(std::span<const iovec> packet);
  void failed(int error, TimePoint now);
  void wait_for_room();
  void send_in_fault_order(TimePoint now);
  void send_one(size_t offset, TimePoint now);
  size_t unsent() const { return frames_.size() - next_frame_; }
  void forget_sent();

  CallData& call_;
  bool sync_;
  HdlcDecoder decoder_;
  std::unique_ptr<uint8_t[]> input_;
  Bytes bytes_;  // of the frames that were read and not sent
  std::vector<Extent> frames_;
  size_t next_frame_ = 0;  // those before it have been sent
  Sequence next_sequence_{0};
  std::unique_ptr<SendBatch> batch_;
  FaultOrder fault_order_;
  size_t last_read_ = 0;  // bytes
  bool blocked_ = false, window_full_ = false;
  bool retrying_ = false;
  bool mode_checked_ = false;
  uint64_t oversize_ = 0;
};

}  // namespace callgate

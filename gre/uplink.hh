// SPDX-License-Identifier: GPL-2.0-or-later
// From pppd to the server: reads the pty in large pieces, cuts them into frames, and gives them to
// the sender.
#pragma once

#include <memory>

#include "common/system/rate_limit.hh"
#include "common/wire/hdlc.hh"
#include "gre/frame_sender.hh"
#include "gre/sync_frames.hh"

namespace callgate {

class Uplink {
 public:
  struct Settings {
    bool sync = false;
    bool records = false;  // each read from pppd returns one frame
  };
  enum class Result : uint8_t { ok, closed };

  Uplink(const Settings& settings, CallData& call, FrameSender& sender);

  // Reads what there is, 64 KiB at most. `closed`: pppd has gone.
  Result read(int pty, TimePoint now);
  // True if the last read took all that a tty gives at once, so that there may be more.
  bool has_more() const { return last_read_ >= kTtyBatch; }
  const HdlcErrors& hdlc_errors() const { return decoder_.errors(); }

 private:
  static constexpr size_t kTtyBatch = 4095;  // bytes; N_TTY_BUF_SIZE - 1

  Result read_stream(int pty);
  Result read_records(int pty);
  Result read_joined(int pty, TimePoint now);
  void say_joined(const SyncFrames& cut, TimePoint now);
  void keep(ByteSpan frame);
  void check_mode(ByteSpan first_bytes);

  CallData& call_;
  FrameSender& sender_;
  Settings settings_;
  HdlcDecoder decoder_;
  std::unique_ptr<uint8_t[]> input_;
  size_t joined_ = 0;  // bytes at the beginning of input_: the first part of a frame (--sync)
  RateLimit unclear_reads_;
  size_t last_read_ = 0;  // bytes
  bool mode_checked_ = false;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// From the server to pppd: frames what the receiver hands on, and writes it to the pty.
#pragma once

#include "gre/frame_receiver.hh"
#include "gre/pty_output.hh"

namespace callgate {

class Downlink : public FrameSink {
 public:
  Downlink(bool sync, CallData& call) : call_(call), output_(sync) {}

  void take(ByteSpan frame, Sequence) override;
  // Writes as much as the pty takes. `writable`: whether poll() says that it takes anything.
  PtyOutput::Result flush(int pty, bool writable);

  // False while too much is waiting for pppd.
  bool wants_packets() const { return !full_; }
  bool wants_to_write() const { return !output_.empty(); }
  const PtyOutput& output() const { return output_; }

 private:
  CallData& call_;
  PtyOutput output_;
  bool full_ = false;  // the output was, after the last flush
};

}  // namespace callgate

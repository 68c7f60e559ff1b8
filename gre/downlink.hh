// SPDX-License-Identifier: GPL-2.0-or-later
// From the server to pppd: receive GRE in batches, bring it into order, frame it, write it to the
// pty.
#pragma once

#include <memory>

#include "common/wire/gre_header.hh"
#include "gre/call_data.hh"
#include "gre/pty_output.hh"
#include "gre/receive_window.hh"

namespace callgate {

struct ReceiveBatch;

class Downlink {
 public:
  struct Settings {
    bool sync = false;
    ReceiveWindow::Settings window;
  };

  Downlink(const Settings& settings, CallData& call);
  ~Downlink();

  // One batch from the socket. True if the socket is empty now.
  bool receive(TimePoint now);
  // Hands on what has waited long enough for missing packets. Only when the socket is empty: the
  // missing ones may be in there, and we be late.
  void expire(TimePoint now) { hand_on_queued(now); }
  PtyOutput::Result flush(int pty) { return output_.flush(pty); }

  bool wants_packets() const { return !output_.full(); }
  bool wants_to_write() const { return !output_.empty(); }
  std::optional<TimePoint> next_deadline() const {
    return wants_packets() ? window_.next_deadline() : std::nullopt;
  }

  void add_counters(Statistics& statistics) const;

 private:
  void tap(size_t count);
  void take_datagram(ByteSpan datagram, bool cut, TimePoint now);
  void take_packet(const GrePacket& packet, TimePoint now);
  void take_acknowledgement(Sequence sequence, TimePoint now);
  void take_frame(Sequence sequence, ByteSpan frame, TimePoint now);
  void say_verdict(ReceiveWindow::Verdict verdict, Sequence sequence, Sequence expected) const;
  void discard(ByteSpan packet, GreError error, TimePoint now);
  void hand_on(ByteSpan frame);
  void hand_on_queued(TimePoint now);

  CallData& call_;
  ReceiveWindow window_;
  PtyOutput output_;
  std::unique_ptr<ReceiveBatch> batch_;
  RateLimit discards_;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// From the server to pppd: receives GRE packets in batches, brings them into order, frames them and
// writes them to the pty.
#pragma once

#include <memory>

#include "common/wire/gre_header.hh"
#include "gre/call_data.hh"
#include "gre/gre_socket.hh"
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

  Downlink(const Settings& settings, CallData& call, GreSocket& socket);
  ~Downlink();

  // Takes one batch from the socket.
  void receive(TimePoint now);
  // Tells that the socket is empty. Only then packets that have waited too long are handed on: the
  // missing ones might be in the socket, because we are late.
  void socket_is_empty(TimePoint now);
  // Logs and counts an error that the socket has reported in place of a packet; see GreSocket.
  void hear_errors(int error, TimePoint now);
  // Writes as much as the pty takes. `writable`: whether poll() says that it takes anything.
  PtyOutput::Result flush(int pty, bool writable);

  // False while too much is waiting for pppd.
  bool wants_packets() const { return !full_; }
  // True if the last batch was a full one, so that there are most likely more packets.
  bool has_more() const { return has_more_; }
  bool wants_to_write() const { return !output_.empty(); }
  std::optional<TimePoint> next_deadline() const {
    return wants_packets() ? window_.next_deadline() : std::nullopt;
  }

  const ReceiveWindow& window() const { return window_; }
  const PtyOutput& output() const { return output_; }

 private:
  void take_datagram(ByteSpan datagram, bool cut, TimePoint now);
  void take_packet(const GrePacket& packet, TimePoint now);
  void take_acknowledgement(Sequence sequence, TimePoint now);
  void take_frame(Sequence sequence, ByteSpan frame, TimePoint now);
  void say_verdict(ReceiveWindow::Verdict verdict, Sequence sequence, Sequence expected) const;
  void discard(ByteSpan packet, GreError error, TimePoint now);
  void hand_on(ByteSpan frame);
  void hand_on_queued(TimePoint now);

  CallData& call_;
  GreSocket& socket_;
  ReceiveWindow window_;
  PtyOutput output_;
  std::unique_ptr<ReceiveBatch> batch_;
  RateLimit discards_;
  bool has_more_ = false;
  bool full_ = false;  // the output was, after the last flush
};

}  // namespace callgate

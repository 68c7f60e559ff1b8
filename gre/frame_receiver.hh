// SPDX-License-Identifier: GPL-2.0-or-later
// Receives GRE packets in batches, brings them into order, and hands their frames to a sink.
#pragma once

#include <memory>

#include "common/wire/gre_header.hh"
#include "gre/call_data.hh"
#include "gre/gre_socket.hh"
#include "gre/receive_window.hh"

namespace callgate {

struct GatewaySettings;
struct ReceiveBatch;

ReceiveWindow::Settings window_settings(const GatewaySettings& settings);

// Where the frames go.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  // When to hand on a frame whose number is not the next one.
  virtual ReceiveWindow::Order order(ByteSpan) const { return ReceiveWindow::Order::in_turn; }
  // The frame is not empty.
  virtual void take(ByteSpan frame, Sequence sequence) = 0;
  // The same, if the frame stays until the next FrameReceiver::receive(), and may be changed.
  virtual void take_in_place(std::span<uint8_t> frame, Sequence sequence) { take(frame, sequence); }
};

class FrameReceiver {
 public:
  FrameReceiver(const ReceiveWindow::Settings& window, CallData& call, GreSocket& socket,
                FrameSink& sink);
  ~FrameReceiver();

  // Takes one batch from the socket.
  void receive(TimePoint now);
  // Tells that the socket is empty. Only then packets that have waited too long are handed on: the
  // missing ones might be in the socket, because we are late.
  void socket_is_empty(TimePoint now);
  // Logs and counts an error that the socket has reported in place of a packet; see GreSocket.
  void hear_errors(int error, TimePoint now);

  // True if the last batch was a full one, so that there are most likely more packets.
  bool has_more() const { return has_more_; }
  std::optional<TimePoint> next_deadline() const { return window_.next_deadline(); }

  const ReceiveWindow& window() const { return window_; }

 private:
  void take_datagram(std::span<uint8_t> datagram, bool cut, TimePoint now);
  void take_packet(const GrePacket& packet, std::span<uint8_t> datagram, TimePoint now);
  void take_acknowledgement(Sequence sequence, TimePoint now);
  void take_frame(Sequence sequence, std::span<uint8_t> frame, TimePoint now);
  void say_verdict(ReceiveWindow::Verdict verdict, Sequence sequence, Sequence expected) const;
  void discard(ByteSpan packet, GreError error, TimePoint now);
  void hand_on_in_place(std::span<uint8_t> frame, Sequence sequence, TimePoint now);
  void count(ByteSpan frame, TimePoint now);
  void hand_on_queued(TimePoint now);

  CallData& call_;
  GreSocket& socket_;
  FrameSink& sink_;
  ReceiveWindow window_;
  std::unique_ptr<ReceiveBatch> batch_;
  RateLimit discards_;
  bool has_more_ = false;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// The socket of a call that is up: sends and receives GRE packets in batches, copies them to a
// capture if there is one, and puts its errors into the log.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "gre/capture_tap.hh"
#include "gre/overflow_sink.hh"
#include "gre/raw_socket.hh"
#include "gre/socket_troubles.hh"

namespace callgate {

class GreSocket {
 public:
  // The raw socket has joined the call, and the sink guards its address.
  // `channel`: a descriptor of the channel to the call manager, which stays open.
  GreSocket(std::string server, RawSocket raw, OverflowSink sink, int channel)
      : server_(std::move(server)),
        raw_(std::move(raw)),
        sink_(std::move(sink)),
        channel_(channel) {}

  const std::string& server() const { return server_; }  // its address as text
  const RawSocket& raw() const { return raw_; }

  // receive() drops what has come after the manager has closed the channel: the call id may be that
  // of another user's call by then.
  //
  // These return what recvmmsg(), sendmmsg() and send() return, and never wait. Each message has
  // one packet.
  int receive(std::span<mmsghdr> messages);
  int send(std::span<mmsghdr> messages);
  ssize_t send(std::span<uint8_t> packet);

  // Logs a socket error, unless the same error was logged within the last minute.
  void trouble(int error, TimePoint now);
  // How often trouble() was told that a packet is too large for the path.
  uint64_t too_large() const { return too_large_; }
  // Logs errors that came in place of a packet, and returns how many: mostly ICMP messages about
  // packets that we sent. `error` is 0 if the socket has no pending error; its error queue may hold
  // ICMP messages all the same.
  uint64_t hear_errors(int error, CallId peer_call_id, TimePoint now);

  std::unique_ptr<CaptureTap> tap;  // null unless somebody captures this call

 private:
  uint64_t hear_icmp(CallId peer_call_id, TimePoint now);

  std::string server_;
  RawSocket raw_;
  OverflowSink sink_;
  int channel_;
  SocketTroubles troubles_;
  uint64_t too_large_ = 0;
};

}  // namespace callgate

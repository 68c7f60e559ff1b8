// SPDX-License-Identifier: GPL-2.0-or-later
// The TCP socket of a control connection, with the bytes that the server has not read yet.
#pragma once

#include <functional>
#include <string_view>

#include "callmgr/event_loop.hh"
#include "common/system/unique_fd.hh"
#include "common/wire/bytes.hh"

namespace callgate {

class ControlStream {
 public:
  static constexpr size_t kMaxUnsent = 65536;  // bytes; a server that reads too little is dropped

  using Received = std::function<void(ByteSpan bytes)>;
  using Ended = std::function<void(int os_error)>;  // by the server; 0 = orderly

  ControlStream(EventLoop& loop, Received received, Ended ended)
      : loop_(loop), received_(std::move(received)), ended_(std::move(ended)) {}

  void open(UniqueFd socket) { socket_ = std::move(socket); }
  void start();  // reads, and sends what is left
  void send(ByteSpan bytes);
  void close();  // the kernel still delivers what was sent

  bool is_open() const { return static_cast<bool>(socket_); }
  int socket() const { return socket_.get(); }
  uint16_t local_port() const;  // 0 if it is not open
  const Bytes& unsent() const { return unsent_; }
  void put_back(std::string_view bytes) {
    unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
  }

 private:
  void readable();
  void flush();

  EventLoop& loop_;
  Received received_;
  Ended ended_;
  UniqueFd socket_;
  Watch readable_, writable_;
  Bytes unsent_;
  bool reset_ = false;  // send() has failed with ECONNRESET
};

}  // namespace callgate

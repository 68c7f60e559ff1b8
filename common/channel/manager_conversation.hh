// SPDX-License-Identifier: GPL-2.0-or-later
// A conversation of pptpctl with the call manager.
#pragma once

#include <string>

#include "common/channel/channel.hh"
#include "common/system/os_error.hh"
#include "common/wire/ids.hh"

namespace callgate {

class ManagerConversation {
 public:
  // Connects, and waits until the manager has greeted us. No wait goes beyond the deadline. Throws
  // OsError, as do the functions below.
  explicit ManagerConversation(TimePoint deadline = TimePoint::max());

  void send(const ChannelMessage& message, int passed = -1);  // passed: a descriptor
  // Waits for the next message.
  ChannelMessage next();

  // For a caller with its own event loop: receive() does not wait.
  int fd() const { return channel_.fd(); }
  void make_nonblocking();
  Channel::Received receive() { return channel_.receive(); }

  template <typename Message>
  Message next() {
    auto message = next();
    if (auto* wanted = std::get_if<Message>(&message)) return std::move(*wanted);
    throw OsError(EPROTO, "understand the call manager at " + path_);
  }

 private:
  void wait();

  TimePoint deadline_;
  std::string path_;
  Channel channel_;
};

}  // namespace callgate

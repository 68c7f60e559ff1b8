// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl's conversation with the call manager, which must greet us first.
#pragma once

#include <string>

#include "common/channel/channel.hh"
#include "common/system/os_error.hh"

namespace callgate {

class ManagerConversation {
 public:
  ManagerConversation();

  void send(const ChannelMessage& message, int passed = -1);  // passed: a descriptor
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
  std::string path_;
  Channel channel_;
};

}  // namespace callgate

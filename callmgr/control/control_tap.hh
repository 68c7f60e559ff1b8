// SPDX-License-Identifier: GPL-2.0-or-later
// Cuts a copy of what a server sends on a control connection into messages, byte for byte, for
// pptpctl capture. Pure.
#pragma once

#include <functional>

#include "common/wire/control_message.hh"

namespace callgate {

class ControlTap {
 public:
  using Sink = std::function<void(ByteSpan message)>;

  // Begins in the middle of a message, where part of one has come already.
  explicit ControlTap(ByteSpan incomplete) : bytes_(incomplete.begin(), incomplete.end()) {}

  // Each message that is whole. What is none ends the connection: it is handed out as it came,
  // once.
  void push(ByteSpan bytes, const Sink& sink);

 private:
  Bytes bytes_;
  bool broken_ = false;
};

// Whether a message is about this call, or about no call in particular: on a connection that
// several users share, only that is for one of them.
bool concerns(ByteSpan message, CallId call, CallId peer_call);

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// The answer to a Start-Control-Connection-Request, and what it means.
#pragma once

#include "callmgr/diagnose/live/step.hh"
#include "common/wire/control_framer.hh"

namespace callgate::diagnose::live {

class ControlAnswer {
 public:
  void received(ByteSpan bytes);
  void closed(int os_error);  // 0 = in order

  bool decided() const { return reply_ || other_ || malformed_ || closed_; }
  const StartControlConnectionReply* reply() const { return reply_ ? &*reply_ : nullptr; }
  const ControlMessage* other() const { return other_ ? &*other_ : nullptr; }
  bool malformed() const { return malformed_; }
  bool was_closed() const { return closed_; }
  int os_error() const { return os_error_; }
  const std::string& text() const { return text_; }  // the first bytes
  ControlFramer& framer() { return framer_; }

 private:
  ControlFramer framer_;
  std::optional<StartControlConnectionReply> reply_;
  std::optional<ControlMessage> other_;  // another message instead of the reply
  bool malformed_ = false, closed_ = false;
  int os_error_ = 0;
  std::string text_;
};

Result judge(const ControlAnswer& answer, Duration waited);

}  // namespace callgate::diagnose::live

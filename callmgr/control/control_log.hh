// SPDX-License-Identifier: GPL-2.0-or-later
// What the log says about the steps of one control connection. It uses the words of pptp-linux
// wherever pptp-linux has a line for a message, because programs that read logs look for them.
#pragma once

#include <functional>
#include <string>

#include "callmgr/control/control_connection.hh"
#include "common/system/log.hh"

namespace callgate {

class ControlLog {
 public:
  using Say = std::function<void(log::Level level, const std::string& text,
                                 const std::vector<log::Field>& fields)>;

  void note(const ControlConnection& control, const Step& step, const Say& say);

  // For a handover.
  static void fields(auto& m, auto& codec) { codec(m.echoes_, m.remarked_, m.unknown_said_); }

 private:
  class Lines;  // of one step

  void sent(const Lines& lines, const ControlMessage& message);
  void heard(const Lines& lines, const Heard& heard);
  void unknown(const Lines& lines, uint16_t type);
  void say(const Lines& lines, const ControlMessage& message, const std::string& text);

  uint32_t echoes_ = 0;        // Echo-Requests and Echo-Replies that were logged
  bool remarked_ = false;      // on the reserved field
  bool unknown_said_ = false;  // that a message had an unknown type
};

}  // namespace callgate

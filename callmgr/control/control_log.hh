// SPDX-License-Identifier: GPL-2.0-or-later
// What the log says about the steps of one control connection. It uses the words of pptp-linux
// wherever pptp-linux has a line for a message, because programs that read logs look for them.
#pragma once

#include <array>
#include <string>

#include "callmgr/control/control_connection.hh"

namespace callgate {

class ControlLog {
 public:
  void note(const ControlConnection& control, const Step& step);

  static void fields(auto& m, auto& codec) { codec(m.logged_); }  // for a handover

 private:
  void sent(const std::string& server, const ControlMessage& message);
  void heard(const std::string& server, const Heard& heard);
  void unexpected(const std::string& server, const ControlMessage& message);
  void unknown(const std::string& server, uint16_t type);
  uint32_t& logged(const ControlMessage& message);
  bool is_news(const ControlMessage& message);
  void say(const std::string& server, const ControlMessage& message, const std::string& text);

  std::array<uint32_t, std::variant_size_v<ControlMessage>> logged_{};  // messages, by type
  bool unknown_said_ = false;
};

}  // namespace callgate

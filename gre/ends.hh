// SPDX-License-Identifier: GPL-2.0-or-later
// What the gateway talks to besides the server: pppd by two descriptors (one pty, or two pipes with
// pppd's option record), the call manager by the channel, users by signals; and the ways in which
// each of them ends a call.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "common/channel/channel.hh"
#include "gre/signals.hh"

namespace callgate {

class Ends {
 public:
  static constexpr int kFromPppd = 0, kToPppd = 1, kChannel = 3;  // descriptors, set up by pptp

  Ends();

  Channel channel{UniqueFd(kChannel)};
  Signals signals;

  // Waits for a message of this type. A hang-up by anybody in the meantime is the Reason.
  template <typename Message>
  std::variant<Message, Reason> await() {
    while (true) {
      auto received = await_message();
      if (auto* reason = std::get_if<Reason>(&received)) return std::move(*reason);
      auto& message = std::get<ChannelMessage>(received);
      if (auto* wanted = std::get_if<Message>(&message)) return std::move(*wanted);
      if (auto* ended = std::get_if<CallEnded>(&message)) return std::move(ended->reason);
    }
  }

  // What the manager said meanwhile: nothing, a message, or the end of the channel.
  std::variant<std::monostate, ChannelMessage, Reason> hear_manager();

  // Our call is over: returns when the manager has closed the channel too, and so has sent
  // Call-Clear-Request, or after kLeave.
  void leave();
  static constexpr Duration kLeave{500};

  // SIGUSR1 came while a message was awaited, when there was nothing to count yet. True once.
  bool take_statistics_request() { return std::exchange(statistics_requested_, false); }

 private:
  std::variant<ChannelMessage, Reason> await_message();
  void say_unknown(uint8_t tag);
  void set_log_level(const GatewayLogLevel& wanted);

  bool statistics_requested_ = false;
  bool unknown_said_ = false;
};

Reason hung_up_by_pppd();
// Nothing for a signal that ends nothing.
std::optional<Reason> hung_up_by_signal(int signal);

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// The ends of a call on this host: pppd at two descriptors (one pty, or two pipes with pppd's
// option record), the call manager at the channel, and users, who send signals. Knows how each of
// them ends a call. Without pppd, its place is that of the tunnel's network interface and process.
#pragma once

#include <unistd.h>

#include <optional>
#include <utility>
#include <variant>

#include "common/channel/channel.hh"
#include "common/channel/statistics.hh"
#include "gre/poll_watch.hh"
#include "gre/signals.hh"

namespace callgate {

class Ends {
 public:
  static constexpr int kFromPppdFd = 0, kToPppdFd = 1, kChannelFd = 3;  // as pptp leaves them
  // Places in `watch`. A gateway without pppd has its tun device and the tunnel process in place of
  // pppd.
  enum Watched : size_t { kFromPppd, kToPppd, kManager, kUser, kTun = kFromPppd, kTunnel };

  // `without_pppd`: the gateway speaks PPP itself (common/channel/link_options.hh).
  explicit Ends(bool without_pppd = false);
  bool without_pppd() const { return without_pppd_; }

  Channel channel{UniqueFd(kChannelFd)};
  PollWatch watch;  // of these ends; the gateway adds the server

  // pppd's end is a socket that keeps the boundaries of writes.
  const bool pppd_sends_records = keeps_boundaries(kFromPppdFd);

  // Waits for a message of this type. Returns a Reason if anybody hangs up in the meantime.
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

  // Takes one message from the channel, if there is one. Returns a Reason if the channel has ended.
  // Returns neither for messages that need no more than Ends knows.
  std::variant<std::monostate, ChannelMessage, Reason> hear_manager();
  // Takes the signals that have arrived. Returns a Reason if one of them ends the call.
  std::optional<Reason> hear_user();

  // True once after SIGUSR1: the user wants the statistics in the log.
  bool take_dump_request() { return std::exchange(dump_requested_, false); }
  // True while the manager waits for the statistics.
  bool owes_statistics() const { return statistics_owed_; }
  // Sends them. If the channel is full at the moment, they are owed still.
  void report(const Statistics& statistics, Duration uptime);

  // Ends our side of the channel. Returns when the manager has closed the channel too, and so has
  // sent Call-Clear-Request, or after kManagerHangsUp.
  void leave();
  // Waits until pppd hangs up or a signal comes, but not longer than this.
  void pause(Duration most) const;
  static constexpr Duration kManagerHangsUp{500};

 private:
  static bool keeps_boundaries(int fd);
  std::variant<ChannelMessage, Reason> await_message();
  void say_unknown(uint8_t tag);
  void set_log_level(const GatewayLogLevel& wanted);

  const bool without_pppd_;
  Signals signals_;
  bool dump_requested_ = false, statistics_owed_ = false;
  bool unknown_said_ = false;
  const pid_t parent_ = getppid();
};

Reason hung_up_by_pppd();
Reason hung_up_by_tunnel();

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// One PPTP control connection and its calls, seen from the client (PNS): RFC 2637 sections 3.1 and
// 3.2.4. It is a pure state machine: bytes, local requests and the time go in, and steps to take
// come out. It has no descriptor, no clock and no log: control_link.cc does what the steps say.
//
//   idle ──connected()──▶ wait_reply ──SCCRP──▶ established ──stop()──▶ wait_stop_reply ──▶ closed
//             sends SCCRQ                                       sends Stop-CCRQ
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "callmgr/control/call_table.hh"
#include "callmgr/control/control_steps.hh"
#include "callmgr/control/echo_watch.hh"
#include "common/channel/reason.hh"
#include "common/wire/control_framer.hh"
#include "common/wire/ids.hh"

namespace callgate {

struct ControlSettings {
  std::string client_hostname;     // host name field of our SCCRQ
  Duration reply_timeout{60'000};  // for the SCCRP (section 3.1.4)
  Duration idle_wait{60'000};      // without a message received, then Echo-Request; 0 = never
  Duration max_echo_wait{60'000};  // for the matching Echo-Reply
  bool quirk_bezeq = false;        // see quirk_bezeq.hh

  static void fields(auto& m, auto& codec) {
    codec(m.client_hostname, m.reply_timeout, m.idle_wait, m.max_echo_wait, m.quirk_bezeq);
  }
  bool operator==(const ControlSettings&) const = default;
};

struct ControlCounters {
  uint64_t echoes_sent = 0;
  uint64_t echoes_answered = 0;  // by the server, with the right identifier
  uint64_t echoes_wrong = 0;     // Echo-Replies with another identifier
  uint64_t wan_errors = 0;       // WAN-Error-Notify messages
  uint64_t refused_calls = 0;    // Incoming-Call-Requests refused
  uint64_t unexpected = 0;

  static void fields(auto& m, auto& codec) {
    codec(m.echoes_sent, m.echoes_answered, m.echoes_wrong, m.wan_errors, m.refused_calls,
          m.unexpected);
  }
};

class ControlConnection {
 public:
  enum class State : uint8_t { idle, wait_reply, established, wait_stop_reply, closed };

  // Reasons name the server by `server`; connected() knows better which address it has.
  explicit ControlConnection(ControlSettings settings = {}, std::string server = {})
      : settings_(std::move(settings)),
        server_(std::move(server)),
        echo_(settings_.idle_wait, settings_.max_echo_wait) {}

  // TCP is up. `server` is a text like "vpn.example.net (192.0.2.1)".
  Steps connected(std::string server, TimePoint now);
  Steps received(ByteSpan bytes, TimePoint now);
  Steps disconnected(int os_error, TimePoint now);  // by the server; 0 = orderly
  Steps tick(TimePoint now);                        // deadline() has come
  // Asks the server at once whether it is still there. If it does not answer within `max_wait`, the
  // connection ends for this reason, unless trust() says that the path is good again.
  Steps doubt(const Reason& why, Duration max_wait, TimePoint now);
  void trust(TimePoint now) { echo_.trust(now); }
  // If there can be no call now, the call ends at once. A call id that is in use is ignored.
  Steps request_call(const CallParameters& call, TimePoint now);
  Steps set_link_info(CallId call_id, uint32_t send_accm, uint32_t receive_accm);
  Steps clear_call(CallId call_id, TimePoint now);  // hang up one call
  Steps stop(TimePoint now);          // end the connection, and the calls that are left
  Steps abort(const Reason& reason);  // end it without another message

  std::optional<TimePoint> deadline() const;
  State state() const { return state_; }
  const ControlSettings& settings() const { return settings_; }
  const std::string& server() const { return server_; }
  const Reason* doubted() const { return echo_.doubted() ? &doubt_reason_ : nullptr; }
  const std::map<CallId, Call>& calls() const { return calls_.all(); }
  const ControlCounters& counters() const { return counters_; }
  const StartControlConnectionReply& peer() const { return peer_; }

  // How many calls the server takes on this connection, as far as we know.
  size_t maximum_channels() const;

  // For a handover: all but the calls.
  static void fields(auto& m, auto& codec) {
    codec(m.settings_, m.server_, m.state_, m.framer_, m.peer_, m.calls_, m.echo_, m.counters_,
          m.stop_reason_, m.state_deadline_);
  }
  bool valid() const { return state_ <= State::closed; }
  void put_back(const Call& call) { calls_.put_back(call); }

 private:
  void handle(const ControlMessage& message, TimePoint now);
  void answered(const StartControlConnectionReply& reply, TimePoint now);
  void stopped(const StopControlConnectionRequest& request);
  void heard_echo(const EchoReply& reply);
  void heard_about_call(const ControlMessage& message);
  bool before_established() const { return state_ == State::wait_reply; }
  void refuse(Cause cause, uint8_t result, uint8_t error);
  void unexpected(const ControlMessage& message);
  void ignore(const ControlMessage& message);
  void send(ControlMessage message) { steps_.push_back(Send{std::move(message)}); }
  void send_stop(uint8_t stop_reason, Reason reason, TimePoint now);
  void close(const Reason& reason);
  void tick_echo(TimePoint now);
  Reason because(Cause cause, std::string detail = {}) const;
  Steps take_steps() { return std::exchange(steps_, {}); }

  ControlSettings settings_;
  std::string server_;
  State state_ = State::idle;
  ControlFramer framer_;
  StartControlConnectionReply peer_;
  CallTable calls_;
  EchoWatch echo_;
  ControlCounters counters_;
  Steps steps_;
  Reason stop_reason_;                       // of the Close after the Stop handshake
  Reason doubt_reason_;                      // of the Close after an unanswered doubt
  std::optional<TimePoint> state_deadline_;  // of wait_reply and wait_stop_reply
};

std::string_view name(ControlConnection::State state);

}  // namespace callgate

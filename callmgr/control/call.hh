// SPDX-License-Identifier: GPL-2.0-or-later
// One outgoing call on a control connection: RFC 2637 section 3.2.4 from the PNS's side. Pure. The
// connection sends the messages that a call returns, and removes a call that is over.
#pragma once

#include <optional>

#include "common/wire/control_message.hh"
#include "common/wire/ids.hh"

namespace callgate {

// What a caller may choose about an Outgoing-Call-Request.
struct CallParameters {
  CallId call_id{};
  uint16_t serial_number = 1;      // for logs (RFC 2637 section 2.7)
  std::string phone;               // at most 64 bytes
  uint16_t receive_window = 64;    // packets
  Duration reply_timeout{60'000};  // RFC 2637 section 3.2.1

  static void fields(auto& m, auto& codec) {  // Call has the serial number
    codec(m.call_id, m.phone, m.receive_window, m.reply_timeout);
  }
};

class Call {
 public:
  enum class State : uint8_t { wait_reply, established, wait_disconnect };

  static constexpr Duration kDisconnectTimeout{3'000};  // for the Call-Disconnect-Notify

  Call() = default;
  Call(const CallParameters& parameters, TimePoint now);

  OutgoingCallRequest request() const;
  void connected(const OutgoingCallReply& reply);
  void learn_peer(CallId peer_call_id);
  CallClearRequest clear(TimePoint now);

  CallId id() const { return parameters_.call_id; }
  Duration reply_timeout() const { return parameters_.reply_timeout; }
  State state() const { return state_; }
  CallId peer_call_id() const { return peer_call_id_; }
  bool knows_peer() const { return knows_peer_; }
  std::optional<TimePoint> deadline() const { return deadline_; }

  static void fields(auto& m, auto& codec) {  // for a handover
    codec(m.parameters_, m.parameters_.serial_number, m.state_, m.peer_call_id_, m.knows_peer_,
          m.deadline_);
  }
  bool valid() const { return state_ <= State::wait_disconnect; }

 private:
  CallParameters parameters_;
  State state_ = State::wait_reply;
  CallId peer_call_id_{};
  bool knows_peer_ = false;
  std::optional<TimePoint> deadline_;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/call.hh"

namespace callgate {
namespace {

// pptp-linux asks for this range, so servers are known to accept it.
constexpr uint32_t kMinimumBps = 2400, kMaximumBps = 10'000'000;

}  // namespace

Call::Call(const CallParameters& parameters, TimePoint now)
    : parameters_(parameters), deadline_(now + parameters.reply_timeout) {}

OutgoingCallRequest Call::request() const {
  OutgoingCallRequest request;
  request.call_id = parameters_.call_id;
  request.serial_number = parameters_.serial_number;
  request.minimum_bps = kMinimumBps;
  request.maximum_bps = kMaximumBps;
  request.receive_window = parameters_.receive_window;
  request.phone_number_length = static_cast<uint16_t>(parameters_.phone.size());
  request.phone_number.text = parameters_.phone;
  return request;
}

void Call::connected(const OutgoingCallReply& reply) {
  state_ = State::established;
  learn_peer(reply.call_id);
  deadline_.reset();
}

void Call::learn_peer(CallId peer_call_id) {
  peer_call_id_ = peer_call_id;
  knows_peer_ = true;
}

CallClearRequest Call::clear(TimePoint now) {
  state_ = State::wait_disconnect;
  deadline_ = now + kDisconnectTimeout;
  return {.call_id = parameters_.call_id};
}

}  // namespace callgate

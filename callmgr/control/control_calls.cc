// SPDX-License-Identifier: GPL-2.0-or-later
// The calls of a control connection: requests, what the server says about them, and their ends.
#include <fmt/format.h>

#include "callmgr/control/control_connection.hh"
#include "callmgr/control/quirk_bezeq.hh"

namespace callgate {
namespace {

constexpr uint8_t kConnected = 1;    // Outgoing-Call-Reply, section 2.8
constexpr uint8_t kDoNotAccept = 3;  // Incoming-Call-Reply, section 2.10

}  // namespace

Steps ControlConnection::request_call(const CallParameters& parameters, TimePoint now) {
  if (state_ != State::established) {
    auto reason = because(Cause::call_cancelled, fmt::format("it is {}", name(state_)));
    steps_.push_back(CallOver{parameters.call_id, reason});
  } else if (const Call* call = calls_.add(parameters, now)) {
    auto request = call->request();
    if (settings_.quirk_bezeq) bezeq::suit(request);
    send(request);
  }
  return take_steps();
}

Steps ControlConnection::set_link_info(CallId call_id, uint32_t send_accm, uint32_t receive_accm) {
  const Call* call = calls_.find(call_id);
  if (call && call->state() == Call::State::established)
    send(SetLinkInfo{call->peer_call_id(), send_accm, receive_accm});
  return take_steps();
}

Steps ControlConnection::clear_call(CallId call_id, TimePoint now) {
  Call* call = calls_.find(call_id);
  if (call && call->state() != Call::State::wait_disconnect) send(call->clear(now));
  return take_steps();
}

// --- what the server says ---------------------------------------------------------------------

void ControlConnection::on(const OutgoingCallReply& reply, TimePoint) {
  if (before_established()) return unexpected(reply);
  Call* named = calls_.find(reply.peer_call_id);
  Call* call = named ? named : calls_.sole_unanswered();
  if (!call || call->knows_peer()) return unexpected(reply);
  if (call->state() == Call::State::wait_disconnect) {
    // Our Call-Clear-Request crossed the reply. If the server has set up the call, it clears it now
    // and sends a notice of that.
    if (reply.result == kConnected) return call->learn_peer(reply.call_id);
    return end_call(call->id(), because(Cause::hung_up_locally, "the call was not up yet"));
  }
  if (reply.result != kConnected) return end_call(call->id(), refused(reply));
  // A better reply will not come, so waiting for one would only delay the bad news.
  if (!named) return end_call(call->id(), misaddressed(reply, call->id()));
  call->connected(reply);
  steps_.push_back(CallUp{call->id(), reply});
  if (settings_.quirk_bezeq) send(SetLinkInfo{reply.call_id});
}

Reason ControlConnection::refused(const OutgoingCallReply& reply) const {
  auto reason = because(Cause::call_refused);
  reason.result = reply.result;
  reason.error = reply.error;
  reason.code = reply.cause;
  return reason;
}

Reason ControlConnection::misaddressed(const OutgoingCallReply& reply, CallId ours) const {
  return because(Cause::call_bad_reply, fmt::format("it is for call ID {}, ours is {}",
                                                    value(reply.peer_call_id), value(ours)));
}

void ControlConnection::on(const IncomingCallRequest& request, TimePoint) {
  if (before_established()) return unexpected(request);
  counters_.refused_calls++;
  send(IncomingCallReply{.peer_call_id = request.call_id, .result = kDoNotAccept});
}

void ControlConnection::on(const CallDisconnectNotify& notify, TimePoint) {
  if (before_established()) return unexpected(notify);
  Call* call = calls_.find_by_peer(notify.call_id);
  if (!call) call = calls_.find_cleared_early();
  if (!call) call = calls_.sole_unanswered();
  if (!call) return unexpected(notify);
  bool asked_for = call->state() == Call::State::wait_disconnect;
  auto reason = asked_for ? because(Cause::hung_up_locally, "the server has cleared the call")
                          : because(Cause::server_cleared);
  reason.result = notify.result;
  reason.error = notify.error;
  reason.code = notify.cause;
  end_call(call->id(), reason);
}

void ControlConnection::on(const WanErrorNotify& notify, TimePoint) {
  if (before_established()) return unexpected(notify);
  counters_.wan_errors++;
}

// This is about an asynchronous line. A PNS has none, so there is nothing to set.
void ControlConnection::on(const SetLinkInfo& info, TimePoint) {
  if (before_established()) unexpected(info);
}

// --- ends -------------------------------------------------------------------------------------

void ControlConnection::tick_calls(TimePoint now) {
  for (auto it = calls().begin(); it != calls().end();) {
    const auto& [id, call] = *it++;
    if (!call.deadline() || now < *call.deadline()) continue;
    // Section 3.2.1: a call that gets no reply ends the whole control connection. This frees every
    // call id on both sides.
    if (call.state() == Call::State::wait_reply)
      return close(because(Cause::call_no_reply, seconds_text(call.reply_timeout())));
    end_call(id,
             because(Cause::hung_up_locally, "the server did not say that it cleared the call"));
  }
}

void ControlConnection::end_call(CallId call_id, Reason reason) {
  calls_.remove(call_id);
  steps_.push_back(CallOver{call_id, std::move(reason)});
}

// The call was not lost, because it never was up.
Reason cancelled_by(const Reason& reason) {
  bool local = reason.cause == Cause::hung_up_locally;
  if (local || exit_status(reason.cause) == ExitStatus::call_refused) return reason;
  return {.cause = Cause::call_cancelled, .subject = reason.subject, .detail = sentence(reason)};
}

// What the end of the connection means to one of its calls.
Reason ControlConnection::seen_by(const Call& call, const Reason& reason) const {
  switch (call.state()) {
    case Call::State::wait_reply: return cancelled_by(reason);
    case Call::State::wait_disconnect: return because(Cause::hung_up_locally, sentence(reason));
    case Call::State::established: break;
  }
  bool about_another = exit_status(reason.cause) == ExitStatus::call_refused;
  return about_another ? because(Cause::lost_protocol, sentence(reason)) : reason;
}

void ControlConnection::end_calls(const Reason& reason) {
  while (!calls_.empty()) {
    const auto& [id, call] = *calls().begin();
    end_call(id, seen_by(call, reason));
  }
}

}  // namespace callgate

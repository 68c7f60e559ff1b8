// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/control_connection.hh"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "callmgr/control/quirk_bezeq.hh"
#include "config.hh"

namespace callgate {
namespace {

constexpr Duration kStopReplyTimeout{3'000};  // ms, for the Stop-Control-Connection-Reply
constexpr uint8_t kStopForProtocol = 2, kStopLocalShutdown = 3;  // reasons, section 2.3
constexpr uint8_t kSuccess = 1;
constexpr uint8_t kDoNotAccept = 3;  // Incoming-Call-Reply, section 2.10
constexpr uint16_t kFirmware = 1;

// Of a Start-Control-Connection-Reply: some servers send 0 for "fine".
bool accepted(uint8_t result) {
  return result == kSuccess || result == 0;
}

std::string seconds(Duration time) {
  return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
}

bool matters_while_stopping(ControlType type) {
  return type == ControlType::stop_control_connection_request ||
         type == ControlType::stop_control_connection_reply || type == ControlType::echo_request;
}

}  // namespace

std::string_view name(ControlConnection::State state) {
  switch (state) {
    case ControlConnection::State::idle: return "connecting";
    case ControlConnection::State::wait_reply: return "waiting-reply";
    case ControlConnection::State::established: return "established";
    case ControlConnection::State::wait_stop_reply: return "stopping";
    case ControlConnection::State::closed: return "closed";
  }
  return "unknown";
}

// --- what we are asked to do -----------------------------------------------------------------

Steps ControlConnection::connected(std::string server, TimePoint now) {
  if (state_ != State::idle) return {};
  server_ = std::move(server);
  StartControlConnectionRequest request;
  request.firmware_revision = kFirmware;
  request.host_name.text = settings_.client_hostname;
  request.vendor.text = "Callgate " CALLGATE_VERSION;
  if (settings_.quirk_bezeq) bezeq::suit(request);
  state_ = State::wait_reply;
  state_deadline_ = now + settings_.reply_timeout;
  send(request);
  return take_steps();
}

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

Steps ControlConnection::stop(TimePoint now) {
  auto reason = because(Cause::hung_up_locally, "the control connection is not needed any more");
  if (state_ == State::established)
    send_stop(kStopLocalShutdown, reason, now);
  else if (state_ != State::wait_stop_reply)
    close(reason);
  return take_steps();
}

Steps ControlConnection::abort(const Reason& reason) {
  close(reason);
  return take_steps();
}

// --- what the server does --------------------------------------------------------------------

Steps ControlConnection::received(ByteSpan bytes, TimePoint now) {
  if (state_ != State::closed) framer_.push(bytes);
  while (state_ != State::closed) {
    auto result = framer_.next();
    if (std::holds_alternative<NeedMore>(result)) break;
    if (auto* malformed = std::get_if<Malformed>(&result))
      lose_stream(*malformed);
    else
      handle(std::get<ControlMessage>(result), now);
  }
  return take_steps();
}

Steps ControlConnection::disconnected(int os_error, TimePoint) {
  auto reason = because(before_established() ? Cause::control_closed : Cause::lost_closed);
  if (state_ == State::wait_stop_reply) reason = stop_reason_;  // as good as a reply
  reason.os_error = static_cast<uint32_t>(os_error);
  close(reason);
  return take_steps();
}

void ControlConnection::lose_stream(Malformed malformed) {
  steps_.push_back(Garbled{{framer_.raw().begin(), framer_.raw().end()}});
  close(because(before_established() ? Cause::control_not_pptp : Cause::lost_protocol,
                fmt::format("it sent {} where a control message was due", describe(malformed))));
}

void ControlConnection::handle(const ControlMessage& message, TimePoint now) {
  steps_.push_back(Heard{message, {framer_.raw().begin(), framer_.raw().end()}});
  // After our Stop-Control-Connection-Request there are no calls that anything could be about.
  if (state_ == State::wait_stop_reply && !matters_while_stopping(type_of(message))) return;
  std::visit([&](const auto& m) { on(m, now); }, message);
  echo_.heard(now);
}

void ControlConnection::on(const StartControlConnectionReply& reply, TimePoint now) {
  if (!before_established()) return unexpected(reply);
  peer_ = reply;
  if (!accepted(reply.result)) return refuse(Cause::control_refused, reply.result, reply.error);
  if (reply.protocol_version != kProtocolVersion) {
    // Section 3.1.1: say why we leave, and wait for the answer.
    auto version = fmt::format("{}.{}", reply.protocol_version >> 8, reply.protocol_version & 0xFF);
    return send_stop(kStopForProtocol, because(Cause::control_version, version), now);
  }
  state_ = State::established;
  state_deadline_.reset();
  steps_.push_back(Established{});
}

void ControlConnection::on(const StopControlConnectionRequest& request, TimePoint) {
  send(StopControlConnectionReply{});
  if (before_established()) return refuse(Cause::control_stopped_early, request.reason, 0);
  auto reason = because(Cause::server_stopped);
  reason.result = request.reason;
  close(state_ == State::wait_stop_reply ? stop_reason_ : reason);
}

void ControlConnection::on(const StopControlConnectionReply& reply, TimePoint) {
  if (state_ != State::wait_stop_reply) return unexpected(reply);
  close(stop_reason_);
}

void ControlConnection::on(const EchoRequest& request, TimePoint) {
  send(EchoReply{.identifier = request.identifier});
}

void ControlConnection::on(const EchoReply& reply, TimePoint) {
  switch (echo_.answer(reply)) {
    case EchoWatch::Answer::right: counters_.echoes_answered++; break;
    case EchoWatch::Answer::wrong: counters_.echoes_wrong++; break;
    case EchoWatch::Answer::unasked: unexpected(reply); break;
  }
}

void ControlConnection::on(const OutgoingCallReply& reply, TimePoint) {
  if (before_established()) return unexpected(reply);
  Call* named = calls_.find(reply.peer_call_id);
  Call* call = named ? named : calls_.sole_unanswered();
  if (!call || call->knows_peer()) return unexpected(reply);
  if (call->state() == Call::State::wait_disconnect) {
    // Our Call-Clear-Request crossed the reply: the server clears what it has just set up, and says
    // so, unless there was nothing to set up.
    if (reply.result == kSuccess) return call->learn_peer(reply.call_id);
    return end_call(call->id(), because(Cause::hung_up_locally, "the call was not up yet"));
  }
  if (reply.result != kSuccess) return end_call(call->id(), refused(reply));
  // To wait on for a better one would only delay the bad news.
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

// Concerns the PAC's asynchronous line; a PNS has none, so there is nothing to set.
void ControlConnection::on(const SetLinkInfo& info, TimePoint) {
  if (before_established()) unexpected(info);
}

template <typename Message>
void ControlConnection::on(const Message& message, TimePoint) {
  unexpected(message);
}

// --- time ------------------------------------------------------------------------------------

std::optional<TimePoint> ControlConnection::deadline() const {
  std::optional<TimePoint> earliest = state_deadline_;
  if (state_ != State::established) return earliest;
  for (auto other : {echo_.deadline(), calls_.deadline()})
    if (other && (!earliest || *other < *earliest)) earliest = other;
  return earliest;
}

Steps ControlConnection::tick(TimePoint now) {
  if (state_deadline_ && now >= *state_deadline_)
    close(before_established()
              ? because(Cause::control_silent, seconds(settings_.reply_timeout))
              : stop_reason_);  // no Stop-Control-Connection-Reply: it had its chance
  if (state_ == State::established) tick_calls(now);
  if (state_ == State::established) tick_echo(now);
  return take_steps();
}

void ControlConnection::tick_echo(TimePoint now) {
  if (echo_.lost(now)) {
    auto reason = because(Cause::lost_no_echo, seconds(settings_.max_echo_wait));
    if (unsigned wrong = echo_.wrong_answers())
      reason.detail += fmt::format(" ({} with a wrong identifier)", wrong);
    close(reason);
  } else if (echo_.must_ask(now)) {
    counters_.echoes_sent++;
    send(echo_.ask(now));
  }
}

void ControlConnection::tick_calls(TimePoint now) {
  for (auto it = calls().begin(); it != calls().end();) {
    const auto& [id, call] = *it++;
    if (!call.deadline() || now < *call.deadline()) continue;
    // Section 3.2.1: a stuck call takes the whole control connection with it, which frees every
    // call id on both sides.
    if (call.state() == Call::State::wait_reply)
      return close(because(Cause::call_no_reply, seconds(call.reply_timeout())));
    end_call(id,
             because(Cause::hung_up_locally, "the server did not say that it cleared the call"));
  }
}

// --- the end ---------------------------------------------------------------------------------

void ControlConnection::refuse(Cause cause, uint8_t result, uint8_t error) {
  auto reason = because(cause);
  reason.result = result;
  reason.error = error;
  close(reason);
}

void ControlConnection::unexpected(const ControlMessage& message) {
  counters_.unexpected++;
  if (before_established())
    close(because(Cause::control_out_of_order, std::string(name(type_of(message)))));
  else
    steps_.push_back(Unexpected{message});
}

void ControlConnection::send(ControlMessage message) {
  steps_.push_back(Send{std::move(message)});
}

// Clears every call too (section 2.3).
void ControlConnection::send_stop(uint8_t stop_reason, Reason reason, TimePoint now) {
  send(StopControlConnectionRequest{stop_reason});
  state_ = State::wait_stop_reply;
  state_deadline_ = now + kStopReplyTimeout;
  end_calls(reason);
  stop_reason_ = std::move(reason);
}

void ControlConnection::close(const Reason& reason) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  state_deadline_.reset();
  end_calls(reason);
  steps_.push_back(Close{reason});
}

void ControlConnection::end_call(CallId call_id, Reason reason) {
  calls_.remove(call_id);
  steps_.push_back(CallOver{call_id, std::move(reason)});
}

// It was not lost: it could not be made.
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

size_t ControlConnection::maximum_channels() const {
  if (state_ != State::established) return 1;
  return peer_.maximum_channels == 0 ? SIZE_MAX : peer_.maximum_channels;
}

Reason ControlConnection::because(Cause cause, std::string detail) const {
  return {.cause = cause, .subject = server_, .detail = std::move(detail)};
}

}  // namespace callgate

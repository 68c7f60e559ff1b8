// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/control_connection.hh"

#include <fmt/format.h>

#include "callmgr/control/control_calls.hh"
#include "callmgr/control/quirk_bezeq.hh"
#include "config.hh"

namespace callgate {
namespace {

constexpr Duration kStopReplyTimeout{3'000};  // for the Stop-Control-Connection-Reply
constexpr uint8_t kStopForProtocol = 2, kStopLocalShutdown = 3;  // reasons, section 2.3
constexpr uint8_t kWelcome = 1, kExistsAlready = 3;  // results of our Start reply, section 2.2
constexpr uint8_t kDoNotAccept = 3;  // result of an Incoming-Call-Reply, section 2.10
constexpr uint16_t kFirmware = 1;

// The result of a Start-Control-Connection-Reply. Some servers send 0 for "fine".
bool accepted(uint8_t result) {
  return result == 1 || result == 0;
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
    if (auto* message = std::get_if<ControlMessage>(&result)) {
      handle(*message, now);
      continue;
    }
    Bytes raw(framer_.raw().begin(), framer_.raw().end());
    if (auto* unknown = std::get_if<UnknownMessage>(&result)) {
      counters_.unexpected++;
      steps_.push_back(Skipped{unknown->type, std::move(raw)});
      echo_.heard(now);
      continue;
    }
    steps_.push_back(Garbled{std::move(raw)});
    close(because(before_established() ? Cause::control_not_pptp : Cause::lost_protocol,
                  fmt::format("it sent {}", describe(std::get<Malformed>(result)))));
  }
  return take_steps();
}

Steps ControlConnection::disconnected(int os_error, TimePoint) {
  auto reason = because(before_established() ? Cause::control_closed : Cause::lost_closed);
  if (state_ == State::wait_stop_reply) reason = stop_reason_;  // it means the same as a reply
  reason.os_error = static_cast<uint32_t>(os_error);
  close(reason);
  return take_steps();
}

void ControlConnection::handle(const ControlMessage& message, TimePoint now) {
  steps_.push_back(Heard{message, {framer_.raw().begin(), framer_.raw().end()}});
  // After our Stop-Control-Connection-Request no call is left that the message could be about.
  if (state_ == State::wait_stop_reply && !matters_while_stopping(type_of(message))) return;
  switch (type_of(message)) {
    case ControlType::start_control_connection_request:
      send(StartControlConnectionReply{.result = before_established() ? kWelcome : kExistsAlready});
      break;
    case ControlType::start_control_connection_reply:
      answered(std::get<StartControlConnectionReply>(message), now);
      break;
    case ControlType::stop_control_connection_request:
      stopped(std::get<StopControlConnectionRequest>(message));
      break;
    case ControlType::stop_control_connection_reply:
      state_ == State::wait_stop_reply ? close(stop_reason_) : unexpected(message);
      break;
    case ControlType::echo_request:
      send(EchoReply{.identifier = std::get<EchoRequest>(message).identifier});
      break;
    case ControlType::echo_reply: heard_echo(std::get<EchoReply>(message)); break;
    default: heard_about_call(message);
  }
  echo_.heard(now);
}

void ControlConnection::answered(const StartControlConnectionReply& reply, TimePoint now) {
  if (!before_established()) return unexpected(reply);
  peer_ = reply;
  if (!accepted(reply.result)) return refuse(Cause::control_refused, reply.result, reply.error);
  if (reply.protocol_version != kProtocolVersion) {
    // Section 3.1.1: tell the server why we leave, and wait for its answer.
    auto version = fmt::format("{}.{}", reply.protocol_version >> 8, reply.protocol_version & 0xFF);
    return send_stop(kStopForProtocol, because(Cause::control_version, version), now);
  }
  state_ = State::established;
  state_deadline_.reset();
  steps_.push_back(Established{});
}

void ControlConnection::stopped(const StopControlConnectionRequest& request) {
  send(StopControlConnectionReply{});
  if (before_established()) return refuse(Cause::control_stopped_early, request.reason, 0);
  auto reason = because(Cause::server_stopped);
  reason.result = request.reason;
  close(state_ == State::wait_stop_reply ? stop_reason_ : reason);
}

void ControlConnection::heard_echo(const EchoReply& reply) {
  switch (echo_.answer(reply)) {
    case EchoWatch::Answer::right: counters_.echoes_answered++; break;
    case EchoWatch::Answer::wrong: counters_.echoes_wrong++; break;
    case EchoWatch::Answer::unasked: unexpected(reply); break;
  }
}

void ControlConnection::heard_about_call(const ControlMessage& message) {
  bool is_reply = std::holds_alternative<OutgoingCallReply>(message);
  if (before_established()) return is_reply ? ignore(message) : unexpected(message);
  if (auto* reply = std::get_if<OutgoingCallReply>(&message)) {
    if (!answer_call(calls_, *reply, server_, steps_)) return ignore(message);
    bool up = std::holds_alternative<CallUp>(steps_.back());
    if (up && settings_.quirk_bezeq) send(SetLinkInfo{reply->call_id});
  } else if (auto* notify = std::get_if<CallDisconnectNotify>(&message)) {
    if (!call_cleared(calls_, *notify, server_, steps_)) unexpected(message);
  } else if (auto* clear = std::get_if<CallClearRequest>(&message)) {
    if (!clear_by_server(calls_, *clear, server_, steps_)) unexpected(message);
  } else if (auto* request = std::get_if<IncomingCallRequest>(&message)) {
    counters_.refused_calls++;
    send(IncomingCallReply{.peer_call_id = request->call_id, .result = kDoNotAccept});
  } else if (std::holds_alternative<WanErrorNotify>(message)) {
    counters_.wan_errors++;
  } else if (!std::holds_alternative<SetLinkInfo>(message)) {
    // Only a PNS sends this, or it is an Incoming-Call-Connected. A Set-Link-Info is about an
    // asynchronous line, which a PNS does not have.
    unexpected(message);
  }
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
              ? because(Cause::control_silent, seconds_text(settings_.reply_timeout))
              : stop_reason_);  // no Stop-Control-Connection-Reply has come in time
  if (state_ == State::established)
    if (auto unanswered = tick_calls(calls_, now, server_, steps_)) close(*unanswered);
  if (state_ == State::established) tick_echo(now);
  return take_steps();
}

void ControlConnection::tick_echo(TimePoint now) {
  if (echo_.doubt_confirmed(now)) {
    close(doubt_reason_);
  } else if (echo_.lost(now)) {
    auto reason = because(Cause::lost_no_echo, seconds_text(settings_.max_echo_wait));
    if (unsigned wrong = echo_.wrong_answers())
      reason.detail += fmt::format(" ({} with a wrong identifier)", wrong);
    close(reason);
  } else if (echo_.must_ask(now)) {
    counters_.echoes_sent++;
    send(echo_.ask(now));
  }
}

Steps ControlConnection::doubt(const Reason& why, Duration max_wait, TimePoint now) {
  if (state_ != State::established || !echo_.doubt(max_wait, now)) return {};
  doubt_reason_ = why;
  return tick(now);
}

// --- the end ---------------------------------------------------------------------------------

void ControlConnection::refuse(Cause cause, uint8_t result, uint8_t error) {
  auto reason = because(cause);
  reason.result = result;
  reason.error = error;
  close(reason);
}

void ControlConnection::unexpected(const ControlMessage& message) {
  if (!before_established()) return ignore(message);
  counters_.unexpected++;
  close(because(Cause::control_out_of_order, std::string(name(type_of(message)))));
}

void ControlConnection::ignore(const ControlMessage& message) {
  counters_.unexpected++;
  steps_.push_back(Unexpected{message});
}

// This clears every call too (section 2.3).
void ControlConnection::send_stop(uint8_t stop_reason, Reason reason, TimePoint now) {
  send(StopControlConnectionRequest{stop_reason});
  state_ = State::wait_stop_reply;
  state_deadline_ = now + kStopReplyTimeout;
  end_calls(calls_, reason, steps_);
  stop_reason_ = std::move(reason);
}

void ControlConnection::close(const Reason& reason) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  state_deadline_.reset();
  end_calls(calls_, reason, steps_);
  steps_.push_back(Close{reason});
}

size_t ControlConnection::maximum_channels() const {
  if (state_ != State::established) return 1;
  return peer_.maximum_channels == 0 ? SIZE_MAX : peer_.maximum_channels;
}

Reason ControlConnection::because(Cause cause, std::string detail) const {
  return {.cause = cause, .subject = server_, .detail = std::move(detail)};
}

}  // namespace callgate

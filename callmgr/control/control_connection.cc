// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/control_connection.hh"

#include <fmt/format.h>

#include "callmgr/control/quirk_bezeq.hh"
#include "config.hh"

namespace callgate {
namespace {

constexpr Duration kStopReplyTimeout{3'000};  // for the Stop-Control-Connection-Reply
constexpr uint8_t kStopForProtocol = 2, kStopLocalShutdown = 3;  // reasons, section 2.3
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
  if (state_ == State::wait_stop_reply) reason = stop_reason_;  // it means the same as a reply
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
  // After our Stop-Control-Connection-Request no call is left that the message could be about.
  if (state_ == State::wait_stop_reply && !matters_while_stopping(type_of(message))) return;
  std::visit([&](const auto& m) { on(m, now); }, message);
  echo_.heard(now);
}

void ControlConnection::on(const StartControlConnectionReply& reply, TimePoint now) {
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
              ? because(Cause::control_silent, seconds_text(settings_.reply_timeout))
              : stop_reason_);  // no Stop-Control-Connection-Reply has come in time
  if (state_ == State::established) tick_calls(now);
  if (state_ == State::established) tick_echo(now);
  return take_steps();
}

void ControlConnection::tick_echo(TimePoint now) {
  if (echo_.lost(now)) {
    auto reason = because(Cause::lost_no_echo, seconds_text(settings_.max_echo_wait));
    if (unsigned wrong = echo_.wrong_answers())
      reason.detail += fmt::format(" ({} with a wrong identifier)", wrong);
    close(reason);
  } else if (echo_.must_ask(now)) {
    counters_.echoes_sent++;
    send(echo_.ask(now));
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

// This clears every call too (section 2.3).
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

size_t ControlConnection::maximum_channels() const {
  if (state_ != State::established) return 1;
  return peer_.maximum_channels == 0 ? SIZE_MAX : peer_.maximum_channels;
}

Reason ControlConnection::because(Cause cause, std::string detail) const {
  return {.cause = cause, .subject = server_, .detail = std::move(detail)};
}

}  // namespace callgate

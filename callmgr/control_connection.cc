// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control_connection.hh"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "config.hh"

namespace callgate {
namespace {

constexpr Duration kStopReplyTimeout{3'000};  // ms, for the Stop-Control-Connection-Reply
constexpr uint8_t kStopForProtocol = 2, kStopLocalShutdown = 3;  // reasons, section 2.3
constexpr uint8_t kSuccess = 1;
constexpr uint8_t kDoNotAccept = 3;  // Incoming-Call-Reply, section 2.10
constexpr uint16_t kFirmware = 1;
// Reasons for a reply that was refused carry these; 0 is sent by some servers for "fine".
bool accepted(uint8_t result) {
  return result == kSuccess || result == 0;
}

CallId byte_swapped(CallId id) {
  return CallId{static_cast<uint16_t>(value(id) << 8 | value(id) >> 8)};
}

std::string seconds(Duration time) {
  return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
}

void sooner(std::optional<TimePoint>& earliest, std::optional<TimePoint> other) {
  if (other && (!earliest || *other < *earliest)) earliest = other;
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

Steps ControlConnection::connected(TimePoint now) {
  StartControlConnectionRequest request;
  request.firmware_revision = kFirmware;
  request.host_name.text = settings_.client_hostname;
  request.vendor.text = "Callgate " CALLGATE_VERSION;
  state_ = State::wait_reply;
  state_deadline_ = now + settings_.reply_timeout;
  send(request);
  return take_steps();
}

Steps ControlConnection::request_call(const CallParameters& parameters, TimePoint now) {
  auto [it, added] = calls_.try_emplace(parameters.call_id, Call(parameters, next_serial_, now));
  if (state_ != State::established || !added) return take_steps();
  next_serial_++;
  send(it->second.request());
  return take_steps();
}

Steps ControlConnection::set_link_info(CallId call_id, uint32_t send_accm, uint32_t receive_accm) {
  const Call* found = call(call_id);
  if (state_ == State::established && found && found->state() == Call::State::established)
    send(SetLinkInfo{found->peer_call_id(), send_accm, receive_accm});
  return take_steps();
}

Steps ControlConnection::clear_call(CallId call_id, TimePoint now) {
  Call* found = call(call_id);
  if (state_ == State::established && found && found->state() != Call::State::wait_disconnect)
    send(found->clear(now));
  return take_steps();
}

Steps ControlConnection::stop(TimePoint now) {
  if (state_ == State::established) {
    send(StopControlConnectionRequest{kStopLocalShutdown});
    state_ = State::wait_stop_reply;
    state_deadline_ = now + kStopReplyTimeout;
    stop_reason_ = because(Cause::hung_up_locally);
  } else if (state_ != State::wait_stop_reply) {
    close(because(Cause::hung_up_locally));
  }
  return take_steps();
}

Steps ControlConnection::abort(const Reason& reason) {
  close(reason);
  return take_steps();
}

// --- what the server does --------------------------------------------------------------------

Steps ControlConnection::received(ByteSpan bytes, TimePoint now) {
  framer_.push(bytes);
  while (state_ != State::closed) {
    auto result = framer_.next();
    if (std::holds_alternative<NeedMore>(result)) break;
    if (auto* malformed = std::get_if<Malformed>(&result)) {
      auto reason = because(before_established() ? Cause::control_not_pptp : Cause::lost_protocol);
      reason.detail =
          fmt::format("it sent {} where a control message was due", describe(*malformed));
      close(reason);
      break;
    }
    handle(std::get<ControlMessage>(result), now);
  }
  return take_steps();
}

Steps ControlConnection::disconnected(int os_error, TimePoint) {
  auto reason = because(Cause::lost_closed);
  if (before_established()) reason.cause = Cause::control_closed;
  if (state_ == State::wait_stop_reply) reason = stop_reason_;  // as good as a reply
  reason.os_error = static_cast<uint32_t>(os_error);
  close(reason);
  return take_steps();
}

void ControlConnection::handle(const ControlMessage& message, TimePoint now) {
  steps_.push_back(Heard{message});
  // Any message shows that the server lives, but only the matching reply ends the wait for it.
  if (state_ == State::established && settings_.idle_wait.count() > 0 && !echo_deadline_)
    echo_due_ = now + settings_.idle_wait;
  std::visit([&](const auto& m) { on(m, now); }, message);
}

void ControlConnection::on(const StartControlConnectionReply& reply, TimePoint now) {
  if (!before_established()) return unexpected(reply);
  peer_ = reply;
  if (!accepted(reply.result)) return refuse(Cause::control_refused, reply.result, reply.error);
  if (reply.protocol_version != kProtocolVersion) {
    // Section 3.1.1: say why we leave, and wait for the answer.
    send(StopControlConnectionRequest{kStopForProtocol});
    state_ = State::wait_stop_reply;
    state_deadline_ = now + kStopReplyTimeout;
    stop_reason_ = because(Cause::control_version);
    stop_reason_.detail =
        fmt::format("{}.{}", reply.protocol_version >> 8, reply.protocol_version & 0xFF);
    return;
  }
  state_ = State::established;
  state_deadline_.reset();
  if (settings_.idle_wait.count() > 0) echo_due_ = now + settings_.idle_wait;
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

void ControlConnection::on(const EchoReply& reply, TimePoint now) {
  if (!echo_deadline_) return unexpected(reply);
  if (reply.identifier != echo_identifier_) {
    counters_.echoes_wrong++;
    return;
  }
  counters_.echoes_answered++;
  echo_deadline_.reset();
  echo_due_ = now + settings_.idle_wait;
}

void ControlConnection::on(const OutgoingCallReply& reply, TimePoint) {
  if (before_established()) return unexpected(reply);
  Call* found = call(reply.peer_call_id);
  if (!found) return unmatched_reply(reply);
  if (found->state() == Call::State::wait_disconnect && reply.result == kSuccess) {
    // Our Call-Clear-Request crossed the reply: the server clears what it has just set up.
    found->learn_peer(reply.call_id);
    return;
  }
  if (found->state() == Call::State::established) return unexpected(reply);
  if (reply.result != kSuccess) return end_call(found->id(), refused(reply));
  found->connected(reply);
  steps_.push_back(CallUp{found->id(), reply});
}

Reason ControlConnection::refused(const OutgoingCallReply& reply) const {
  auto reason = because(Cause::call_refused);
  reason.result = reply.result;
  reason.error = reply.error;
  reason.code = reply.cause;
  return reason;
}

// A reply that names no call of ours. If one call alone is waiting, it was meant for that one, and
// waiting on would only delay the bad news.
void ControlConnection::unmatched_reply(const OutgoingCallReply& reply) {
  std::optional<CallId> waiting;
  size_t count = 0;
  for (const auto& [id, call] : calls_) {
    if (call.state() != Call::State::wait_reply) continue;
    waiting = id;
    count++;
  }
  if (count != 1) return unexpected(reply);
  if (reply.result != kSuccess) return end_call(*waiting, refused(reply));
  auto reason = because(Cause::call_bad_reply);
  reason.detail =
      fmt::format("it is for call ID {}, ours is {}", value(reply.peer_call_id), value(*waiting));
  end_call(*waiting, reason);
}

void ControlConnection::on(const IncomingCallRequest& request, TimePoint) {
  if (before_established()) return unexpected(request);
  counters_.refused_calls++;
  send(IncomingCallReply{.peer_call_id = request.call_id, .result = kDoNotAccept});
}

void ControlConnection::on(const CallDisconnectNotify& notify, TimePoint) {
  if (before_established()) return unexpected(notify);
  Call* found = call_of_peer(notify.call_id);
  if (!found) return unexpected(notify);
  auto id = found->id();
  bool asked_for = found->state() == Call::State::wait_disconnect;
  auto reason = because(asked_for ? Cause::hung_up_locally : Cause::server_cleared);
  reason.result = notify.result;
  reason.error = notify.error;
  reason.code = notify.cause;
  end_call(id, reason);
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
  if (state_ == State::established) {
    sooner(earliest, echo_deadline_);
    if (!echo_deadline_) sooner(earliest, echo_due_);
    for (const auto& [id, call] : calls_) sooner(earliest, call.deadline());
  }
  return earliest;
}

Steps ControlConnection::tick(TimePoint now) {
  if (state_deadline_ && now >= *state_deadline_) {
    auto reason = stop_reason_;  // no Stop-Control-Connection-Reply: it had its chance
    if (before_established()) {
      reason = because(Cause::control_silent);
      reason.detail = seconds(settings_.reply_timeout);
    }
    close(reason);
  }
  if (state_ == State::established) tick_calls(now);
  if (state_ == State::established) tick_echo(now);
  return take_steps();
}

void ControlConnection::tick_echo(TimePoint now) {
  if (echo_deadline_ && now >= *echo_deadline_) {
    auto reason = because(Cause::lost_no_echo);
    reason.detail = seconds(settings_.max_echo_wait);
    if (counters_.echoes_wrong)
      reason.detail += fmt::format(" ({} with a wrong identifier)", counters_.echoes_wrong);
    close(reason);
  } else if (!echo_deadline_ && echo_due_ && now >= *echo_due_) {
    counters_.echoes_sent++;
    echo_deadline_ = now + settings_.max_echo_wait;
    send(EchoRequest{++echo_identifier_});
  }
}

void ControlConnection::tick_calls(TimePoint now) {
  for (auto it = calls_.begin(); it != calls_.end();) {
    auto& [id, call] = *it++;
    if (!call.deadline() || now < *call.deadline()) continue;
    if (call.state() == Call::State::wait_disconnect) {
      end_call(id, because(Cause::hung_up_locally));
      continue;
    }
    auto reason = because(Cause::call_no_reply);
    reason.detail = seconds(call.reply_timeout());
    // Section 3.2.1: a stuck call takes the whole control connection with it, which frees every
    // call id on both sides.
    return close(reason);
  }
}

// --- the end ---------------------------------------------------------------------------------

void ControlConnection::refuse(Cause cause, uint8_t result, uint8_t error, std::string detail) {
  auto reason = because(cause);
  reason.result = result;
  reason.error = error;
  reason.detail = std::move(detail);
  close(reason);
}

void ControlConnection::unexpected(const ControlMessage& message) {
  counters_.unexpected++;
  if (!before_established()) {
    steps_.push_back(Unexpected{message});
    return;
  }
  auto reason = because(Cause::control_out_of_order);
  reason.detail = name(type_of(message));
  close(reason);
}

void ControlConnection::send(ControlMessage message) {
  steps_.push_back(Send{std::move(message)});
}

void ControlConnection::close(const Reason& reason) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  state_deadline_ = echo_due_ = echo_deadline_ = std::nullopt;
  end_calls(reason);
  steps_.push_back(Close{reason});
}

void ControlConnection::end_call(CallId call_id, Reason reason) {
  calls_.erase(call_id);
  steps_.push_back(CallOver{call_id, std::move(reason)});
}

// What the end of the connection means to one of its calls: one that we were clearing anyway is
// cleared; one that was not up yet was not lost, it could not be made.
Reason ControlConnection::seen_by(const Call& call, const Reason& reason) const {
  bool about_a_call = exit_status(reason.cause) == ExitStatus::call_refused;
  auto seen = reason;
  switch (call.state()) {
    case Call::State::wait_disconnect: return because(Cause::hung_up_locally);
    case Call::State::wait_reply:
      if (!about_a_call) seen = because(Cause::call_cancelled);
      break;
    case Call::State::established:
      if (about_a_call) seen = because(Cause::lost_protocol);
      break;
  }
  if (seen.cause != reason.cause) seen.detail = sentence(reason);
  return seen;
}

void ControlConnection::end_calls(const Reason& reason) {
  while (!calls_.empty()) {
    const auto& [id, call] = *calls_.begin();
    end_call(id, seen_by(call, reason));
  }
}

size_t ControlConnection::maximum_channels() const {
  if (state_ != State::established) return 1;
  return peer_.maximum_channels == 0 ? SIZE_MAX : peer_.maximum_channels;
}

Call* ControlConnection::call(CallId call_id) {
  auto it = calls_.find(call_id);
  return it == calls_.end() ? nullptr : &it->second;
}

// Some servers have put the call id of a Call-Disconnect-Notify on the wire byte-swapped.
Call* ControlConnection::call_of_peer(CallId peer_call_id) {
  for (CallId wanted : {peer_call_id, byte_swapped(peer_call_id)})
    for (auto& [id, call] : calls_)
      if (call.knows_peer() && call.peer_call_id() == wanted) return &call;
  // Before its reply a call has no peer call id yet: one that stands alone is the one meant.
  if (calls_.size() == 1 && !calls_.begin()->second.knows_peer()) return &calls_.begin()->second;
  return nullptr;
}

Reason ControlConnection::because(Cause cause) const {
  return {.cause = cause, .subject = settings_.server};
}

}  // namespace callgate

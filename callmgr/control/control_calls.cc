// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/control_calls.hh"

#include <fmt/format.h>

namespace callgate {
namespace {

constexpr uint8_t kConnected = 1;    // result of an Outgoing-Call-Reply, section 2.8
constexpr uint8_t kAsRequested = 4;  // result of a Call-Disconnect-Notify, section 2.13

void end_call(CallTable& calls, CallId call_id, Reason reason, Steps& steps) {
  calls.remove(call_id);
  steps.push_back(CallOver{call_id, std::move(reason)});
}

Reason hung_up_locally(const std::string& server, std::string detail) {
  return {.cause = Cause::hung_up_locally, .subject = server, .detail = std::move(detail)};
}

Reason ended_by_server(const Call& call, const std::string& server) {
  if (call.state() == Call::State::wait_disconnect)
    return hung_up_locally(server, "the server has cleared the call");
  return {.cause = Cause::server_cleared, .subject = server};
}

// The codes of a message that refuses or ends a call.
Reason with_codes(Reason reason, const auto& message) {
  reason.result = message.result;
  reason.error = message.error;
  reason.code = message.cause;
  return reason;
}

Reason misaddressed(const OutgoingCallReply& reply, CallId ours, const std::string& server) {
  return {.cause = Cause::call_bad_reply,
          .subject = server,
          .detail = fmt::format("it is for call ID {}, ours is {}", value(reply.peer_call_id),
                                value(ours))};
}

// What the end of the connection means to one of its calls.
Reason seen_by(const Call& call, const Reason& reason) {
  switch (call.state()) {
    case Call::State::wait_reply: return cancelled_by(reason);
    case Call::State::wait_disconnect: return hung_up_locally(reason.subject, sentence(reason));
    case Call::State::established: break;
  }
  bool about_another = exit_status(reason.cause) == ExitStatus::call_refused;
  if (!about_another) return reason;
  return {.cause = Cause::lost_protocol, .subject = reason.subject, .detail = sentence(reason)};
}

}  // namespace

bool answer_call(CallTable& calls, const OutgoingCallReply& reply, const std::string& server,
                 Steps& steps) {
  Call* named = calls.find(reply.peer_call_id);
  Call* call = named ? named : calls.sole_unanswered();
  if (!call || call->knows_peer()) return false;
  bool accepted = reply.result == kConnected;
  // The server accepts a call that nobody has asked for. The reply to ours may follow.
  if (!named && accepted && reply.peer_call_id != kNoCall) return false;
  if (call->state() == Call::State::wait_disconnect) {
    // Our Call-Clear-Request crossed the reply. If the server has set up the call, it clears it now
    // and sends a notice of that.
    if (accepted)
      call->learn_peer(reply.call_id);
    else
      end_call(calls, call->id(), hung_up_locally(server, "the call was not up yet"), steps);
  } else if (!accepted) {
    end_call(calls, call->id(),
             with_codes({.cause = Cause::call_refused, .subject = server}, reply), steps);
  } else if (!named) {
    // It names no call, so it can only mean ours. A better reply will not come, and waiting for one
    // would only delay the bad news.
    end_call(calls, call->id(), misaddressed(reply, call->id(), server), steps);
  } else {
    call->connected(reply);
    steps.push_back(CallUp{call->id(), reply});
  }
  return true;
}

bool call_cleared(CallTable& calls, const CallDisconnectNotify& notify, const std::string& server,
                  Steps& steps) {
  Call* call = calls.find_by_any(notify.call_id);
  if (!call) call = calls.find_cleared_early();
  if (!call) call = calls.sole_unanswered();
  if (!call) return false;
  end_call(calls, call->id(), with_codes(ended_by_server(*call, server), notify), steps);
  return true;
}

bool clear_by_server(CallTable& calls, const CallClearRequest& request, const std::string& server,
                     Steps& steps) {
  Call* call = calls.find_by_any(request.call_id);
  if (!call) return false;
  auto reason = ended_by_server(*call, server);
  if (reason.cause == Cause::server_cleared) reason.detail = "Call-Clear-Request";
  steps.push_back(Send{CallDisconnectNotify{.call_id = call->id(), .result = kAsRequested}});
  end_call(calls, call->id(), std::move(reason), steps);
  return true;
}

std::optional<Reason> tick_calls(CallTable& calls, TimePoint now, const std::string& server,
                                 Steps& steps) {
  for (auto it = calls.all().begin(); it != calls.all().end();) {
    const auto& [id, call] = *it++;
    if (!call.deadline() || now < *call.deadline()) continue;
    // Section 3.2.1: a call that gets no reply ends the whole control connection. This frees every
    // call id on both sides.
    if (call.state() == Call::State::wait_reply)
      return Reason{.cause = Cause::call_no_reply,
                    .subject = server,
                    .detail = seconds_text(call.reply_timeout())};
    end_call(calls, id, hung_up_locally(server, "the server did not say that it cleared the call"),
             steps);
  }
  return std::nullopt;
}

// The call was not lost, because it never was up.
Reason cancelled_by(const Reason& reason) {
  bool local = reason.cause == Cause::hung_up_locally;
  if (local || exit_status(reason.cause) == ExitStatus::call_refused) return reason;
  return {.cause = Cause::call_cancelled, .subject = reason.subject, .detail = sentence(reason)};
}

void end_calls(CallTable& calls, const Reason& reason, Steps& steps) {
  while (!calls.empty()) {
    const auto& [id, call] = *calls.all().begin();
    end_call(calls, id, seen_by(call, reason), steps);
  }
}

}  // namespace callgate

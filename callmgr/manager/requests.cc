// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/requests.hh"

#include "common/system/log.hh"

namespace callgate {
namespace {

// A call is dialled, and has its lines in the log.
unsigned cost(const ChannelMessage& message) {
  return std::holds_alternative<CallRequest>(message) ? Quotas::kCallCost : 1;
}

}  // namespace

// Everything that a client may send is named here.
void Requests::take(Client& client, const ChannelMessage& message) {
  if (handle_answer(client, message)) return;  // it counts against the quota of whoever asked
  if (!to_.clients.spend(client, cost(message)))
    return to_.clients.hang_up(client, "its user sends too many requests");
  std::visit([&](const auto& m) { dispatch(client, m); }, message);
}

bool Requests::handle_answer(Client& client, const ChannelMessage& message) {
  if (auto* m = std::get_if<CallStatistics>(&message)) return to_.status.answered(client, *m);
  if (auto* m = std::get_if<GatewayLogLevel>(&message)) return to_.log_levels.answered(client, *m);
  if (auto* m = std::get_if<CaptureEnded>(&message)) return to_.captures.answered(client, *m);
  return false;
}

template <typename Message>
void Requests::dispatch(Client& client, const Message& message) {
  constexpr bool kAnswer = std::is_same_v<Message, CallStatistics> ||
                           std::is_same_v<Message, GatewayLogLevel> ||
                           std::is_same_v<Message, CaptureEnded>;
  if constexpr (requires { message.version; })
    if (message.version != kChannelVersion && !std::is_same_v<Message, CallRequest>)
      return to_.clients.hang_up(client, "it speaks another version");
  if constexpr (kAnswer)
    unasked(client);
  else if constexpr (requires { handle(client, message); })
    handle(client, message);
  else
    to_.clients.hang_up(client, "it sent a message that is not for a client to send");
}

// An answer that comes late: nobody waits any more, or another manager had asked.
void Requests::unasked(Client& client) {
  if (!check_unasked_answer(client.last_call()))
    to_.clients.hang_up(client, "it sent an answer, and has no call");
}

// --- gateways --------------------------------------------------------------------------------

void Requests::handle(Client& client, const CallRequest& request) {
  auto& [clients, calls, status, levels, captures, logins] = to_;
  bool had_one = client.told_call() != CallId{};  // it may be over
  if (had_one || calls.of_client(client.number()))
    return clients.hang_up(client, "it asked for a second call");
  auto refused =
      check_call_request(request, client.uid(), clients.identity(), calls.count(client.uid()));
  if (!refused && refuse_calls_) refused = Reason{.cause = Cause::manager_stopping};
  if (!refused)
    refused = logins.dial(client.number(), {client.uid(), request.server_name, request.pppd});
  if (!refused) {
    auto checked = request;
    checked.host_route = check_host_route(request);
    if (!clients.is_operator(client)) checked.interface.clear();  // only root makes interfaces
    refused = calls.begin(client, checked);
  }
  if (refused) client.refuse(*refused);
}

void Requests::handle(Client& client, const GatewayReady&) {
  if (!to_.calls.gateway_ready(client)) to_.clients.hang_up(client, "it was ready out of order");
}

void Requests::handle(Client& client, const LinkInfo& info) {
  to_.calls.set_link_info(client, info);
}

// It may come when the call is over: the server has hung up at once.
void Requests::handle(Client& client, const LoginVerdict& verdict) {
  if (!to_.logins.judged(client.number(), verdict.refused)) return;
  const Login& login = *to_.logins.of_client(client.number());
  to_.calls.say(client, log::Level::notice,
                fmt::format("{} refused the name or the password of pppd (pid {}), which does not "
                            "dial it again",
                            printable(login.server), login.pppd.pid));
}

// --- pptpctl ---------------------------------------------------------------------------------

void Requests::handle(Client& client, const StatusRequest& request) {
  to_.status.ask(client, request);
}

bool Requests::matches(const HeldCall& call, const HangUpRequest& request) const {
  if (request.all || (request.call_id != 0 && CallId{request.call_id} == call.id)) return true;
  if (request.server.empty()) return false;
  const ControlLink* link = to_.calls.links().find(call.link);
  return call.request.server_name == request.server ||
         (link && link->server().text() == request.server);
}

void Requests::handle(Client& client, const HangUpRequest& request) {
  std::vector<uint32_t> named;
  std::optional<Reason> refused;
  for (const auto& [number, call] : to_.calls.all()) {
    const Client* other = to_.clients.find(number);
    if (!other || !matches(call, request)) continue;
    if (check_hang_up(client.uid(), other->uid(), to_.clients.identity()))
      named.push_back(number);
    else if (!request.all && to_.clients.may_see_calls_of(client, *other))
      refused = only_seen(call.id, other->uid(), "hang it up");
  }
  if (named.empty() && refused) return client.refuse(*refused);
  for (uint32_t number : named)
    to_.calls.end(number,
                  {.cause = Cause::operator_hung_up, .detail = std::to_string(client.uid())});
  client.send(ListEnd{static_cast<uint32_t>(named.size())});
}

void Requests::handle(Client& client, const LogLevelRequest& request) {
  if (auto refused = to_.log_levels.ask(client, request)) client.refuse(*refused);
}

void Requests::handle(Client& client, const CaptureRequest& request) {
  if (to_.calls.of_client(client.number()) || to_.captures.watches(client))
    return to_.clients.hang_up(client,
                               "it asked for a capture, but has a call or a capture already");
  auto refused = to_.captures.begin(client, request.call_id, client.take_passed());
  if (refused) client.refuse(*refused);
}

void Requests::handle(Client& client, const CaptureStop&) {
  to_.captures.stop(client);
}

// --- another call manager --------------------------------------------------------------------

void Requests::handle(Client& client, const EarlyTakeOver&) {
  handle(client, TakeOver{.oldest_image = 1, .newest_image = 2});
}

void Requests::handle(Client& client, const TakeOver& request) {
  if (auto refused = check_take_over(client.uid(), to_.clients.identity()))
    return client.refuse(*refused);
  give_(client, request);
}

}  // namespace callgate

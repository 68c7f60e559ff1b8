// SPDX-License-Identifier: GPL-2.0-or-later
// What clients ask of the call manager, message by message: who may ask is in checks.hh.
#include "callmgr/manager/descriptor_passing.hh"
#include "callmgr/manager/manager.hh"
#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

// A call may have to be dialled on a real line: it gets twice the time of a connection.
CallParameters parameters_for(const CallRequest& request, CallId call_id) {
  return {.call_id = call_id,
          .phone = request.phone,
          .receive_window = request.receive_window,
          .reply_timeout = 2 * Duration(request.connect_timeout)};
}

}  // namespace

void Manager::client_sent(Client& client, const ChannelMessage& message) {
  uid_t uid = client.who().uid;
  if (auto* figures = std::get_if<CallStatistics>(&message); figures && take(client, *figures))
    return;  // it was asked: that is on the asker's account
  if (auto* captured = std::get_if<Captured>(&message); captured && take(client, *captured))
    return;  // likewise
  if (auto* level = std::get_if<GatewayLogLevel>(&message); level && take(client, *level)) return;
  // A call is dialled, and has its lines in the log.
  unsigned cost = std::holds_alternative<CallRequest>(message) ? Quotas::kCallCost : 1;
  if (!is_operator(uid, settings_.identity) && !quotas_.spend(uid, Clock::now(), cost))
    return client_misbehaved(client, "its user sends too many requests");
  std::visit([&](const auto& m) { handle(client, m); }, message);
}

template <typename Message>
void Manager::handle(Client& client, const Message&) {
  client_misbehaved(client, "it sent a message that is not for a client to send");
}

void Manager::handle(Client& client, const CallRequest& request) {
  if (client.stage != Stage::none) return client_misbehaved(client, "it asked for a second call");
  if (auto refused = check_call_request(request, client.who().uid, settings_.identity,
                                        calls_of(client.who().uid)))
    return end(client, *refused);
  if (shutting_down_) return end(client, {.cause = Cause::manager_stopping});

  std::optional<CallId> id;
  if (request.call_id == 0)
    id = call_ids_.take();
  else if (call_ids_.take(CallId{request.call_id}))
    id = CallId{request.call_id};
  if (!id && request.call_id != 0)
    return end(client, {.cause = Cause::call_id_in_use, .code = request.call_id});
  if (!id)
    return end(client, {.cause = Cause::too_many_calls,
                        .detail = fmt::format("{} are up", call_ids_.in_use())});
  client.request = request;
  client.request.host_route = check_host_route(request);
  client.call_id = *id;
  client.asked_at = Clock::now();
  place(client);
}

void Manager::handle(Client& client, const GatewayReady&) {
  ControlLink* link = link_of(client);
  if (client.stage != Stage::waiting_gateway || !link)
    return client_misbehaved(client, "it was ready out of order");
  client.stage = Stage::requested;
  link->request_call(parameters_for(client.request, client.call_id));
}

void Manager::handle(Client& client, const LinkInfo& info) {
  if (ControlLink* link = link_of(client); link && client.stage == Stage::up)
    link->set_link_info(client.call_id, info);
}

void Manager::handle(Client& client, const TakeOver& request) {
  if (request.version != kChannelVersion)
    return client_misbehaved(client, "it speaks another version");
  if (auto refused = check_take_over(client.who().uid, settings_.identity))
    return end(client, *refused);
  try {
    auto left = left_to_others(&client);
    send_descriptors(client.channel(), left.descriptors);
  } catch (const OsError& failure) {
    log::warning("pid {} did not take over: cannot {}", client.who().pid, failure.what());
    return client_gone(client, "it did not take over");
  }
  log::notice("pid {} takes over {} control connections", client.who().pid, links_.size());
  leave();
}

bool Manager::matches(const Client& client, const HangUpRequest& request) const {
  if (client.stage == Stage::none || client.gone) return false;
  if (request.all || (request.call_id != 0 && CallId{request.call_id} == client.call_id))
    return true;
  if (request.server.empty()) return false;
  auto it = links_.find(client.link_id);
  return client.request.server_name == request.server ||
         (it != links_.end() && it->second->server().text() == request.server);
}

void Manager::handle(Client& client, const HangUpRequest& request) {
  if (request.version != kChannelVersion)
    return client_misbehaved(client, "it speaks another version");
  uint32_t count = 0;
  for (auto& [number, other] : clients_) {
    if (!matches(*other, request)) continue;
    if (!check_hang_up(client.who().uid, other->who().uid, settings_.identity)) continue;
    leave_link(*other);
    end(*other, {.cause = Cause::operator_hung_up, .detail = std::to_string(client.who().uid)});
    count++;
  }
  client.send(ListEnd{count});
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl log-level: the manager's own, and those of gateways, which answer for themselves.
#include "callmgr/manager/manager.hh"

namespace callgate {

// Only then is there anything to say of the manager: of all that is asked without a call, too.
bool Manager::apply_own_level(Client& client, const LogLevelRequest& request) {
  if (request.call_id != 0) return true;
  if (auto refused = check_log_level(request, client.who().uid, settings_.identity)) {
    end(client, *refused);
    return false;
  }
  if (!is_operator(client.who().uid, settings_.identity)) return true;  // his calls, then
  if (auto level = log::level_of(request.level)) {
    log::notice("uid {} sets the log level of the call manager", client.who().uid);
    log::set_verbosity(*level);
    level_set_ = level;
  }
  client.send(LogLevelInfo{.level = static_cast<uint8_t>(log::verbosity())});
  return true;
}

void Manager::handle(Client& client, const LogLevelRequest& request) {
  if (request.version != kChannelVersion)
    return client_misbehaved(client, "it speaks another version");
  if (client.levels_due.size() > kMaxClients)
    return client_misbehaved(client, "it asks faster than anybody answers");
  if (!apply_own_level(client, request)) return;
  uint32_t count = 0;
  for (auto& [number, other] : clients_) {
    if (other->stage == Stage::none || other->gone) continue;
    if (request.call_id != 0 && other->call_id != CallId{request.call_id}) continue;
    if (!check_log_level_of(client.who().uid, other->who().uid, settings_.identity)) continue;
    client.levels_due[number]++;
    other->send(GatewayLogLevel{request.level, client.number});
    count++;
  }
  if (request.call_id != 0 && count == 0)
    return end(client,
               {.cause = Cause::manager_refused, .detail = "there is no such call of yours"});
  client.send(ListEnd{count});
}

// The answer is on the asker's account: whoever is asked often is not to lose a call by it.
bool Manager::take(Client& gateway, const GatewayLogLevel& answer) {
  Client* asker = client_numbered(answer.asker);
  if (!asker) return false;
  auto due = asker->levels_due.find(gateway.number);
  if (due == asker->levels_due.end()) return false;
  if (--due->second == 0) asker->levels_due.erase(due);
  asker->send(LogLevelInfo{gateway.call_id, answer.level});
  return true;
}

void Manager::handle(Client&, const GatewayLogLevel&) {}  // whoever asked has gone

}  // namespace callgate

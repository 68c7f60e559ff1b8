// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/log_levels.hh"

namespace callgate {

std::optional<Reason> LogLevels::ask(Client& client, const LogLevelRequest& request) {
  auto gateways = gateways_for(client, request);
  if (request.call_id != 0 && gateways.empty())
    return why_not(calls_, clients_, client, CallId{request.call_id},
                   request.level ? "change its log level" : "ask for its log level");
  if (request.call_id == 0) {
    if (auto refused = check_log_level(request, client.uid(), clients_.identity())) return refused;
    apply_own(client, request);
  }
  client.hold();
  auto asked = questions_.ask(Questions::Kind::log_level, client.number(), gateways, loop_.now());
  client.send(ListEnd{static_cast<uint32_t>(asked.size())});
  for (uint32_t number : asked)
    if (Client* gateway = clients_.find(number))
      gateway->send(GatewayLogLevel{request.level, client.number()});
  return std::nullopt;
}

// The manager's own level is for its operators.
void LogLevels::apply_own(Client& client, const LogLevelRequest& request) {
  if (!clients_.is_operator(client)) return;
  if (auto level = log::level_of(request.level)) {
    log::notice("uid {} sets the log level of the call manager", client.uid());
    restore_own(*level);
  }
  client.send(LogLevelInfo{.level = static_cast<uint8_t>(log::verbosity())});
}

std::vector<uint32_t> LogLevels::gateways_for(const Client& client,
                                              const LogLevelRequest& request) const {
  std::vector<uint32_t> gateways;
  for (const auto& [number, call] : calls_.all()) {
    const Client* other = clients_.find(number);
    bool named = request.call_id == 0 || call.id == CallId{request.call_id};
    if (other && named && check_log_level_of(client.uid(), other->uid(), clients_.identity()))
      gateways.push_back(number);
  }
  return gateways;
}

bool LogLevels::answered(const Client& gateway, const GatewayLogLevel& answer) {
  if (!questions_.answered(Questions::Kind::log_level, gateway.number(), answer.asker))
    return false;
  if (Client* asker = clients_.find(answer.asker))
    asker->send(LogLevelInfo{gateway.last_call(), answer.level});
  return true;
}

void LogLevels::restore_own(log::Level level) {
  own_ = level;
  log::set_verbosity(level);
}

}  // namespace callgate

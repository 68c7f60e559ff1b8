// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/status.hh"

namespace callgate {
namespace {

CallInfo info(const Client& client, const HeldCall& call, const ControlLink& link, TimePoint now) {
  auto age = std::chrono::duration_cast<std::chrono::seconds>(now - call.asked_at);
  CallInfo info{.connection_id = link.settings().id,
                .call_id = call.id,
                .state = std::string(name(call.stage(link.control()))),
                .name = call.request.log_name,
                .uid = client.uid(),
                .pid = static_cast<uint32_t>(client.pid()),
                .age = static_cast<uint32_t>(age.count())};
  const auto& calls = link.control().calls();
  if (auto it = calls.find(call.id); it != calls.end())
    info.peer_call_id = it->second.peer_call_id();
  return info;
}

}  // namespace

void Status::ask(Client& client, const StatusRequest& request) {
  if (!request.statistics) return list(client, false);
  std::vector<uint32_t> gateways;
  for (const auto& [number, call] : calls_.all()) {
    const Client* other = clients_.find(number);
    if (other && calls_.stage(number) == Calls::Stage::up && may_see(client, *other) &&
        !latest_.fresh(number, loop_.now()))
      gateways.push_back(number);
  }
  client.hold();
  for (uint32_t number :
       questions_.ask(Questions::Kind::statistics, client.number(), gateways, loop_.now()))
    clients_.find(number)->send(StatisticsRequest{});
}

bool Status::answered(const Client& gateway, const CallStatistics& statistics) {
  if (!questions_.answered(Questions::Kind::statistics, gateway.number(), 0)) return false;
  latest_.note(gateway.number(), statistics, loop_.now());
  return true;
}

void Status::finish(Client& client) {
  list(client, true);
  client.release();
}

bool Status::may_see(const Client& client, const Client& other) const {
  return check_status_of(client.uid(), other.uid(), clients_.identity());
}

void Status::list(Client& client, bool statistics) const {
  uint32_t count = 0;
  bool all = clients_.is_operator(client);
  std::map<uint32_t, std::vector<const Client*>> shown;  // by link
  for (const auto& [number, call] : calls_.all())
    if (const Client* other = clients_.find(number); other && may_see(client, *other))
      shown[call.link].push_back(other);
  for (const auto& [id, link] : calls_.links().all()) {
    if (!all && !shown.contains(id)) continue;
    client.send(link->info());
    for (const Client* other : shown[id]) {
      if (client.gone()) return;  // and so is its call, if it had one
      list_call(client, *other, *link, statistics);
      count++;
    }
  }
  client.send(ListEnd{count});
}

void Status::list_call(Client& client, const Client& other, const ControlLink& link,
                       bool statistics) const {
  const auto& call = calls_.all().at(other.number());
  client.send(info(other, call, link, loop_.now()));
  const auto* known = statistics ? latest_.of(other.number(), loop_.now()) : nullptr;
  if (known && call.stage(link.control()) == Calls::Stage::up) client.send(*known);
}

}  // namespace callgate

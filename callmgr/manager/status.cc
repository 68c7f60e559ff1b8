// SPDX-License-Identifier: GPL-2.0-or-later
// What the call manager tells of its connections and calls, with the figures of those calls'
// gateways if the client wants them: see figures.hh.
#include <algorithm>

#include "callmgr/manager/manager.hh"

namespace callgate {
namespace {

std::string_view name(Client::Stage stage) {
  switch (stage) {
    case Client::Stage::none: return "none";
    case Client::Stage::waiting_link: return "waiting-connection";
    case Client::Stage::waiting_gateway: return "waiting-gateway";
    case Client::Stage::requested: return "waiting-reply";
    case Client::Stage::up: return "established";
  }
  return "unknown";
}

uint32_t seconds_since(TimePoint then) {
  return static_cast<uint32_t>(
      std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - then).count());
}

}  // namespace

CallInfo Manager::info(const Client& client, const ControlLink& link) const {
  CallInfo info{.connection_id = link.settings().id,
                .call_id = client.call_id,
                .state = std::string(name(client.stage)),
                .name = client.request.log_name,
                .uid = client.who().uid,
                .pid = static_cast<uint32_t>(client.who().pid),
                .age = seconds_since(client.asked_at)};
  const auto& calls = link.control().calls();
  if (auto it = calls.find(client.call_id); it != calls.end())
    info.peer_call_id = it->second.peer_call_id();
  return info;
}

void Manager::handle(Client& client, const StatusRequest& request) {
  if (request.version != kChannelVersion)
    return client_misbehaved(client, "it speaks another version");
  if (!request.statistics) return list(client, nullptr);
  std::vector<uint32_t> gateways;
  for (const auto& [number, other] : clients_)
    if (other->stage == Stage::up && may_see(client, *other)) gateways.push_back(number);
  client.hold();
  for (uint32_t number : figures_.ask(client.number, gateways, Clock::now()))
    clients_.at(number)->send(StatisticsRequest{});
  answer_askers();
}

bool Manager::take(Client& gateway, const CallStatistics& figures) {
  if (!figures_.answered(gateway.number, figures, Clock::now())) return false;
  answer_askers();
  return true;
}

// Nobody has asked, or the manager that has is not there any more, or the call has ended meanwhile.
void Manager::handle(Client& client, const CallStatistics&) {
  if (!check_unasked_statistics(client.call_id))
    client_misbehaved(client, "it sent statistics, and has no call");
}

void Manager::answer_askers() {
  answer(figures_.take_ready(Clock::now()));
  auto deadline = figures_.next_deadline();
  if (!deadline) return figures_due_.stop();
  auto left = std::chrono::ceil<Duration>(*deadline - Clock::now());
  figures_due_.start(std::max(left, Duration(0)));
}

void Manager::answer(const std::vector<uint32_t>& askers) {
  for (uint32_t number : askers) {
    auto asker = clients_.find(number);
    if (asker == clients_.end()) continue;
    list(*asker->second, &figures_);
    asker->second->release();
  }
}

bool Manager::may_see(const Client& client, const Client& other) const {
  return !other.gone && check_status_of(client.who().uid, other.who().uid, settings_.identity);
}

void Manager::list(Client& client, const Figures* figures) {
  uint32_t count = 0;
  bool all = is_operator(client.who().uid, settings_.identity);
  std::map<uint32_t, std::vector<const Client*>> calls;  // by link
  for (const auto& [number, other] : clients_)
    if (may_see(client, *other)) calls[other->link_id].push_back(other.get());
  for (const auto& [id, link] : links_) {
    if (!all && !calls.contains(id)) continue;
    client.send(link->info());
    for (const Client* other : calls[id]) {
      if (client.gone) return;  // it has not waited, and if it had a call, that one is gone too
      client.send(info(*other, *link));
      const auto* known = figures ? figures->of(other->number, Clock::now()) : nullptr;
      if (known && other->stage == Stage::up) client.send(*known);
      count++;
    }
  }
  client.send(ListEnd{count});
}

}  // namespace callgate

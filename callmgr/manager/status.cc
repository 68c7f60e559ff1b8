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
                .age = static_cast<uint32_t>(age.count()),
                .pppd = call.request.pppd,
                .tunnel = call.request.tunnel,
                .interface = call.request.interface,
                .terminal = call.request.terminal};
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
    if (other && calls_.stage(number) == Calls::Stage::up &&
        clients_.may_see_calls_of(client, *other) && !latest_.fresh(number, loop_.now()))
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

// The numbers of what is listed. It is looked up when its turn comes, and may have gone by then.
struct Status::List {
  struct Entry {
    uint32_t link;
    uint32_t client;  // whose call it is; 0 for the connection itself
  };
  bool statistics;
  std::vector<Entry> entries;
  size_t done = 0;
  uint32_t calls = 0;  // that were listed
};

void Status::list(Client& client, bool statistics) {
  bool all = clients_.is_operator(client);
  std::map<uint32_t, std::vector<uint32_t>> shown;  // clients, by link
  for (const auto& [number, call] : calls_.all())
    if (const Client* other = clients_.find(number);
        other && clients_.may_see_calls_of(client, *other))
      shown[call.link].push_back(number);
  auto list = std::make_shared<List>(List{.statistics = statistics});
  for (const auto& [id, link] : calls_.links().all()) {
    if (!all && !shown.contains(id)) continue;
    list->entries.push_back({id, 0});
    for (uint32_t number : shown[id]) list->entries.push_back({id, number});
  }
  client.send_list([this, list] { return next(*list); });
}

std::vector<ChannelMessage> Status::next(List& list) const {
  while (list.done < list.entries.size()) {
    auto [id, number] = list.entries[list.done++];
    const ControlLink* link = calls_.links().find(id);
    if (link && number == 0) return {link->info()};
    const Client* client = clients_.find(number);
    const HeldCall* call = calls_.of_client(number);
    if (!link || !client || !call || call->link != id) continue;
    list.calls++;
    std::vector<ChannelMessage> messages{info(*client, *call, *link, loop_.now())};
    const auto* known = list.statistics ? latest_.of(number, loop_.now()) : nullptr;
    if (known && call->stage(link->control()) == Calls::Stage::up) messages.emplace_back(*known);
    return messages;
  }
  if (list.done++ > list.entries.size()) return {};
  return {ListEnd{list.calls}};
}

}  // namespace callgate

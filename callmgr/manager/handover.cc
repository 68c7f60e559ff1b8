// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/handover.hh"

#include "common/system/log.hh"

namespace callgate {
namespace {

void put_link(const ControlLink& link, handover::Records& records) {
  constexpr size_t kPiece = 32'768;  // bytes
  bool connected = link.stream().is_open();
  uint32_t id = link.settings().id;
  records.push_back(
      handover::LinkState{connected ? handover::inode(link.stream().socket()) : 0, link.state()});
  for (const auto& [call_id, call] : link.control().calls())
    records.push_back(handover::CallState{id, call});
  for (ByteSpan left = link.stream().unsent(); !left.empty();) {
    auto piece = left.first(std::min(kPiece, left.size()));
    records.push_back(handover::Unsent{id, std::string(piece.begin(), piece.end())});
    left = left.subspan(piece.size());
  }
}

bool closed(const ControlLink& link) {
  return link.control().state() == ControlConnection::State::closed;
}

}  // namespace

// --- leaving ---------------------------------------------------------------------------------

handover::Records Handover::records(uint32_t except) const {
  handover::Records records;
  records.push_back(handover::Head{.network_namespace = clients_.identity().network_namespace,
                                   .listener = handover::inode(clients_.listener()),
                                   .next_link = calls_.links().next_id(),
                                   .next_client = clients_.next_number(),
                                   .idle_exit = idle_exit_});
  if (auto level = levels_.own())
    records.push_back(handover::LogLevel{static_cast<uint8_t>(*level)});
  for (auto& state : logins_.states()) records.push_back(handover::RefusedLogin{std::move(state)});
  for (const auto& [id, link] : calls_.links().all())
    if (!closed(*link)) put_link(*link, records);
  for (const auto& [number, client] : clients_.all())
    if (!client->gone() && number != except) put(*client, records);
  return records;
}

void Handover::put(const Client& client, handover::Records& records) const {
  HeldCall::State call{.id = client.last_call()};
  if (const auto* held = calls_.of_client(client.number()))
    if (const ControlLink* link = calls_.links().find(held->link))
      call = held->state(link->control());
  records.push_back(handover::ClientState{client.number(), handover::inode(client.socket()), call});
  if (auto unread = client.unread(); !unread.empty())
    records.push_back(handover::Queued{client.number(), std::move(unread)});
}

std::vector<int> Handover::descriptors(uint32_t except) const {
  std::vector<int> all{clients_.listener()};
  for (const auto& [id, link] : calls_.links().all())
    if (!closed(*link) && link->stream().is_open()) all.push_back(link->stream().socket());
  for (const auto& [number, client] : clients_.all())
    if (!client->gone() && number != except) all.push_back(client->socket());
  return all;
}

// --- taking over -----------------------------------------------------------------------------

void Handover::restore(handover::Estate estate) {
  inherited_ = std::move(estate.descriptors);
  for (auto& record : estate.records) std::visit([this](auto& r) { take(std::move(r)); }, record);
  inherited_ = {};
}

void Handover::begin() {
  for (const auto& [number, client] : clients_.all()) client->flush();
  calls_.settle();
  log::notice("took over {} control connections and {} clients", calls_.links().all().size(),
              clients_.all().size());
}

void Handover::take(const handover::Head& head) {
  calls_.links().restore_next_id(head.next_link);
  clients_.restore_next_number(head.next_client);
}

void Handover::take(handover::LinkState left) {
  auto socket = inherited_.take(left.socket);
  if (left.socket != 0 && !socket)
    return log::error("{}: its control connection got lost on the way",
                      left.state.control.server());
  calls_.links().restore(std::move(left.state), std::move(socket));
}

void Handover::take(const handover::CallState& state) {
  ControlLink* link = calls_.links().find(state.link);
  if (!link) return;
  link->put_back(state.call);
  calls_.ids().take(state.call.id());
}

void Handover::take(const handover::Unsent& unsent) {
  if (ControlLink* link = calls_.links().find(unsent.link)) link->put_back_unsent(unsent.bytes);
}

void Handover::take(const handover::ClientState& state) {
  auto socket = inherited_.take(state.socket);
  if (!socket) return;  // Calls::settle() clears its call
  Client& client = clients_.restore(state.number, std::move(socket));
  const auto& request = state.call.request;
  logins_.restore(client.number(), {client.uid(), request.server_name, request.pppd});
  calls_.restore(client, state.call);
}

void Handover::take(const handover::Queued& queued) {
  if (Client* client = clients_.find(queued.client)) client->put_back(queued.messages);
}

void Handover::take(const handover::LogLevel& set) {
  levels_.restore_own(*log::level_of(set.level));
}

void Handover::take(const handover::RefusedLogin& refused) {
  logins_.restore(refused.state);
}

}  // namespace callgate

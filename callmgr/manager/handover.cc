// SPDX-License-Identifier: GPL-2.0-or-later
// How a call manager leaves what it knows, and goes on with what another has left.
#include "callmgr/manager/manager.hh"
#include "common/system/log.hh"

namespace callgate {
namespace {

Bytes bytes_of(const std::string& text) {
  return Bytes(text.begin(), text.end());
}

void leave_client(uint32_t number, Client& client, handover::Records& records) {
  records.push_back(handover::ClientState{.number = number,
                                          .socket = handover::inode(client.channel().fd()),
                                          .stage = client.stage,
                                          .request = client.request,
                                          .link = client.link_id,
                                          .call_id = client.call_id,
                                          .asked_at = client.asked_at});
  for (const auto& message : client.queue()) {
    Bytes record = encode(message);
    records.push_back(handover::Queued{number, std::string(record.begin(), record.end())});
  }
}

void write_down(const ControlLink& link, handover::Records& records) {
  constexpr size_t kPiece = 32'768;  // bytes
  bool connected = link.socket() >= 0;
  uint32_t id = link.settings().id;
  records.push_back(
      handover::LinkState{connected ? handover::inode(link.socket()) : 0, link.state()});
  for (const auto& [call_id, call] : link.control().calls())
    records.push_back(handover::CallState{id, call});
  for (ByteSpan left = link.unsent(); !left.empty();) {
    auto piece = left.first(std::min(kPiece, left.size()));
    records.push_back(handover::Unsent{id, std::string(piece.begin(), piece.end())});
    left = left.subspan(piece.size());
  }
}

}  // namespace

// --- leaving ---------------------------------------------------------------------------------

Manager::Left Manager::left_to_others(const Client* except) {
  answer(figures_.take_all());  // the next one knows nothing of them
  abandon_captures();
  handover::Records records;
  Left left;
  records.push_back(handover::Head{.network_namespace = settings_.identity.network_namespace,
                                   .listener = handover::inode(listener_.get()),
                                   .next_call_id = call_ids_.next(),
                                   .next_link = next_link_,
                                   .next_client = next_client_,
                                   .idle_exit = settings_.idle_exit});
  left.descriptors.push_back(listener_.get());
  if (level_set_) records.push_back(handover::LogLevel{static_cast<uint8_t>(*level_set_)});
  for (const auto& route : routes_.held()) records.push_back(handover::HeldRoute{route});
  for (const auto& [id, link] : links_) {
    if (link->control().state() == ControlConnection::State::closed) continue;
    write_down(*link, records);
    if (link->socket() >= 0) left.descriptors.push_back(link->socket());
  }
  for (const auto& [number, client] : clients_) {
    if (client->gone || client.get() == except) continue;
    leave_client(number, *client, records);
    left.descriptors.push_back(client->channel().fd());
  }
  left.image = handover::write_image(records);
  left.descriptors.push_back(left.image.get());
  return left;
}

void Manager::leave() {
  left_ = true;
  routes_.leave();
  loop_.quit();
}

// --- taking over -----------------------------------------------------------------------------

void Manager::take_over(handover::Estate estate) {
  inherited_ = std::move(estate.descriptors);
  for (auto& record : estate.records) std::visit([this](auto& r) { take(std::move(r)); }, record);
  settle();
  log::notice("took over {} control connections and {} clients", links_.size(), clients_.size());
}

void Manager::take(const handover::Head& head) {
  call_ids_ = CallIds(head.next_call_id);
  next_link_ = head.next_link;
  next_client_ = head.next_client;
}

void Manager::take(const handover::HeldRoute& held) {
  routes_.adopt(held.route);
}

void Manager::take(handover::LinkState left) {
  auto socket = inherited_.take(left.socket);
  if (left.socket != 0 && !socket)
    return log::error("{}: its control connection got lost on the way",
                      left.state.control.server());
  uint32_t id = left.state.settings.id;
  ControlLink::Owner& self = *this;
  links_[id] =
      std::make_unique<ControlLink>(loop_, routes_, std::move(left.state), std::move(socket), self);
}

void Manager::take(const handover::CallState& state) {
  auto link = links_.find(state.link);
  if (link == links_.end()) return;
  link->second->put_back(state.call);
  call_ids_.take(state.call.id());
}

void Manager::take(const handover::Unsent& unsent) {
  if (auto link = links_.find(unsent.link); link != links_.end())
    link->second->put_back_unsent(unsent.bytes);
}

void Manager::take(const handover::ClientState& state) {
  auto socket = inherited_.take(state.socket);
  if (!socket) return;  // its call is cleared by settle()
  Client::Owner& self = *this;
  auto& client = clients_[state.number] = std::make_unique<Client>(loop_, std::move(socket), self);
  // It was admitted once, and is not turned away now.
  if (!is_operator(client->who().uid, settings_.identity))
    quotas_.admit(client->who().uid, Quotas::kReserved + 1);
  if (state.stage != Stage::none && state.stage != Stage::waiting_gateway) client->expect_no_more();
  client->number = state.number;
  client->stage = state.stage;
  client->request = state.request;
  client->link_id = state.link;
  client->call_id = state.call_id;
  client->asked_at = state.asked_at;
  if (state.stage != Stage::none) call_ids_.take(state.call_id);
}

void Manager::take(const handover::Queued& queued) {
  auto client = clients_.find(queued.client);
  auto message = parse_channel_message(bytes_of(queued.record));
  if (client != clients_.end() && message) client->second->send(*message);
}

void Manager::take(const handover::LogLevel& set) {
  level_set_ = log::level_of(set.level);
  log::set_verbosity(*level_set_);
}

// Everything is in its place: ends what does not fit together, and lets the rest go on.
void Manager::settle() {
  for (auto& [number, client] : clients_) {
    if (client->stage == Stage::none || links_.contains(client->link_id)) continue;
    client->stage = Stage::none;
    end(*client, {.cause = Cause::manager_died});
  }
  for (auto& [id, link] : links_) {
    std::vector<CallId> orphans;
    for (const auto& [call, state] : link->control().calls())
      if (state.state() != Call::State::wait_disconnect && !client_of(call))
        orphans.push_back(call);
    link->resume();
    for (CallId call : orphans) link->clear_call(call);
  }
  tidy_later();
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Calls and the control connections that carry them: the call manager's side of a ControlLink.
#include <algorithm>

#include "callmgr/manager/manager.hh"
#include "common/system/log.hh"

namespace callgate {
namespace {

ControlSettings control_settings(const CallRequest& request) {
  return {.client_hostname = request.client_hostname,
          .reply_timeout = Duration(request.connect_timeout),
          .idle_wait = Duration(request.idle_wait),
          .max_echo_wait = Duration(request.max_echo_wait),
          .quirk_bezeq = request.quirk_bezeq};
}

}  // namespace

void Manager::place(Client& client) {
  ControlLink* link = client.request.share_control ? find_shared(client.request) : nullptr;
  if (!link) link = &open_link(client.request);
  client.link_id = link->settings().id;
  client.stage = Stage::waiting_link;
  if (link->usable()) assign(client, *link);
}

// A connection that may carry one more call like this. One that is still being made may turn out
// to carry it too: who does not fit then is placed again.
ControlLink* Manager::find_shared(const CallRequest& request) {
  auto plan = DialPlan::from(request);
  auto control = control_settings(request);
  for (auto& [id, link] : links_) {
    const auto& have = link->settings();
    if (!have.shared || have.plan != plan || link->control().settings() != control) continue;
    if (link->usable() ? load(*link) < link->control().maximum_channels() : link->joinable())
      return link.get();
  }
  return nullptr;
}

ControlLink& Manager::open_link(const CallRequest& request) {
  ControlLink::Settings settings{.id = next_link_++,
                                 .shared = request.share_control,
                                 .log_name = request.log_name,
                                 .plan = DialPlan::from(request)};
  ControlLink::Owner& self = *this;
  auto& link = links_[settings.id] = std::make_unique<ControlLink>(
      loop_, routes_, std::move(settings), control_settings(request), self);
  link->dial();
  return *link;
}

void Manager::assign(Client& client, ControlLink& link) {
  client.stage = Stage::waiting_gateway;
  client.send(CallAssigned{client.call_id, link.server(), link.local()});
  client.expect_more();
}

void Manager::link_established(ControlLink& link) {
  std::vector<Client*> overflow;
  size_t places = link.control().maximum_channels();
  for_clients_of(link, [&](Client& client) {
    if (places == 0) return overflow.push_back(&client);
    places--;
    assign(client, link);
  });
  for (Client* client : overflow) place(*client);
}

void Manager::call_up(ControlLink&, CallId call, const OutgoingCallReply& reply) {
  Client* client = client_of(call);
  if (!client) return;
  client->stage = Stage::up;
  client->send(CallConnected{reply.call_id, reply.connect_speed, reply.receive_window,
                             reply.processing_delay});
  start_capture(*client);
}

void Manager::call_over(ControlLink& link, CallId call, const Reason& reason) {
  Client* client = client_of(call);
  if (client) {
    log::notice("Closing connection (call state): call {}", value(call));
    client->stage = Stage::none;
    client->link_id = 0;
    end(*client, reason);
  }
  capture_reason(call, reason);
  call_released(call);
  if (load(link) == 0) link.stop_when_idle();
}

void Manager::link_closed(ControlLink& link, const Reason& reason) {
  for_clients_of(link, [&](Client& client) {
    bool promised = client.stage == Stage::waiting_gateway;  // a call that was never requested
    leave_link(client);
    end(client, promised ? cancelled_by(reason) : reason);
  });
  captures_of_closed(link);
}

// The client's call leaves its connection: cleared if it was requested, else just forgotten.
void Manager::leave_link(Client& client) {
  ControlLink* link = link_of(client);
  auto stage = std::exchange(client.stage, Stage::none);
  client.link_id = 0;
  if (stage == Stage::none) return;
  if (link && link->control().calls().contains(client.call_id))
    link->clear_call(client.call_id);  // its id is released when the server has let go of it
  else
    call_released(client.call_id);
  if (link && load(*link) == 0) link->stop_when_idle();
}

// --- look-ups --------------------------------------------------------------------------------

// Calls on the link, and clients that wait to have one there.
size_t Manager::load(const ControlLink& link) const {
  size_t waiting = 0;
  for (const auto& [number, client] : clients_)
    waiting += client->link_id == link.settings().id && client->stage < Stage::requested;
  return waiting + link.control().calls().size();
}

size_t Manager::calls_of(uid_t uid) const {
  return static_cast<size_t>(std::ranges::count_if(clients_, [&](const auto& entry) {
    const Client& client = *entry.second;
    return client.who().uid == uid && client.stage != Stage::none;
  }));
}

ControlLink* Manager::link_of(const Client& client) {
  auto it = links_.find(client.link_id);
  return it == links_.end() ? nullptr : it->second.get();
}

Client* Manager::client_of(CallId call) {
  for (auto& [number, client] : clients_)
    if (client->stage != Stage::none && client->call_id == call) return client.get();
  return nullptr;
}

template <typename Act>
void Manager::for_clients_of(const ControlLink& link, Act&& act) {
  for (auto& [number, client] : clients_)
    if (client->link_id == link.settings().id && client->stage != Stage::none) act(*client);
}

}  // namespace callgate

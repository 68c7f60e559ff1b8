// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/calls.hh"

#include <sys/random.h>

#include <algorithm>

#include "callmgr/control/control_calls.hh"
#include "callmgr/manager/checks.hh"
#include "callmgr/manager/quotas.hh"
#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

uint16_t draw() {
  uint16_t number = 0;
  check(getrandom(&number, sizeof number, 0), "draw a random number");
  return number;
}

ControlSettings control_settings(const CallRequest& request) {
  return {.client_hostname = request.client_hostname,
          .reply_timeout = Duration(request.connect_timeout),
          .idle_wait = Duration(request.idle_wait),
          .max_echo_wait = Duration(request.max_echo_wait),
          .quirk_bezeq = request.quirk_bezeq};
}

// A call may have to be dialled on a real line: it gets twice the time of a connection.
CallParameters parameters_for(const HeldCall& call, uint16_t serial_number) {
  return {.call_id = call.id,
          .serial_number = serial_number,
          .phone = call.request.phone,
          .receive_window = call.request.receive_window,
          .reply_timeout = 2 * Duration(call.request.connect_timeout)};
}

std::optional<CallId> take_id(CallIds& ids, uint16_t wanted) {
  if (wanted == 0) return ids.take();
  return ids.take(CallId{wanted}) ? std::optional(CallId{wanted}) : std::nullopt;
}

}  // namespace

Calls::Calls(EventLoop& loop, HostRoutes& routes, Clients& clients, Observer& observer)
    : loop_(loop),
      clients_(clients),
      observer_(observer),
      links_(loop, routes, *this),
      ids_(draw),
      serial_numbers_(draw) {}

// --- what clients ask for --------------------------------------------------------------------

std::optional<Reason> Calls::begin(Client& client, const CallRequest& request) {
  auto id = take_id(ids_, request.call_id);
  if (!id && request.call_id != 0)
    return Reason{.cause = Cause::call_id_in_use, .code = request.call_id};
  if (!id)
    return Reason{.cause = Cause::too_many_calls,
                  .detail = fmt::format("{} are up", ids_.in_use())};
  client.note_call(*id);
  auto& call = all_[client.number()] = {.request = request, .id = *id, .asked_at = loop_.now()};
  place(client.number(), client.uid(), call);
  return std::nullopt;
}

void Calls::place(uint32_t client, uid_t uid, HeldCall& call) {
  const auto& request = call.request;
  ControlLink* link = request.share_control ? find_shared(request, uid) : nullptr;
  if (!link)
    link = &links_.open({.shared = request.share_control,
                         .log_name = request.log_name,
                         .plan = DialPlan::from(request),
                         .uid = uid},
                        control_settings(request));
  call.link = link->settings().id;
  if (link->usable()) assign(client, call, *link);
}

// Returns a connection of this user that may carry one more call like this, or nullptr. Another
// user's call could end all calls of the connection. A connection that is still being made counts:
// calls that do not fit in the end are placed again.
ControlLink* Calls::find_shared(const CallRequest& request, uid_t uid) const {
  auto plan = DialPlan::from(request);
  auto control = control_settings(request);
  for (const auto& [id, link] : links_.all()) {
    const auto& have = link->settings();
    if (!have.shared || have.uid != uid || have.plan != plan ||
        link->control().settings() != control)
      continue;
    if (link->usable() ? load(*link) < link->control().maximum_channels() : link->joinable())
      return link.get();
  }
  return nullptr;
}

void Calls::assign(uint32_t number, HeldCall& call, const ControlLink& link) {
  call.assigned = true;
  Client* client = clients_.find(number);
  if (!client) return;
  client->expect_more();
  client->note_told(call.id);
  client->send(
      CallAssigned{call.id, link.server(), link.local(), call.request.mark, call.request.device});
}

bool Calls::gateway_ready(const Client& client) {
  if (stage(client.number()) != Stage::waiting_gateway) return false;
  const auto& call = all_.at(client.number());
  CallId serial_number = serial_numbers_.take().value();
  serial_numbers_.release(serial_number);
  links_.find(call.link)->request_call(parameters_for(call, value(serial_number)));
  return true;
}

void Calls::set_link_info(const Client& client, const LinkInfo& info) {
  if (stage(client.number()) != Stage::up) return;
  const auto& call = all_.at(client.number());
  links_.find(call.link)->set_link_info(call.id, info);
}

void Calls::end(uint32_t client, const Reason& reason) {
  const auto* call = of_client(client);
  if (!call) return;
  CallId id = call->id;
  leave(client);
  tell_end(client, id, reason);
}

// The call is cleared if it was requested, and just forgotten otherwise.
void Calls::leave(uint32_t client) {
  auto node = all_.extract(client);
  if (!node) return;
  const HeldCall& call = node.mapped();
  ControlLink* link = links_.find(call.link);
  if (link && link->control().calls().contains(call.id))
    link->clear_call(call.id);  // its id is released when the server has let go of it
  else
    release(call.id);
  if (link && load(*link) == 0) link->stop_when_idle();
}

void Calls::tell_end(uint32_t client, CallId call, const Reason& reason) {
  observer_.call_ends(call, reason);
  if (Client* told = clients_.find(client)) told->refuse(reason);
}

// A gateway that still runs may still hold the socket of its call, which takes the packets of that
// id. So the id stays taken until the gateway has gone too.
void Calls::release(CallId call) {
  if (!has_gateway(call)) ids_.release(call);
  observer_.call_released(call);
}

void Calls::let_go(CallId call) {
  bool on_a_link = std::ranges::any_of(links_.all(), [&](const auto& entry) {
    return entry.second->control().calls().contains(call);
  });
  if (call != CallId{} && !on_a_link && !has_gateway(call)) ids_.release(call);
}

bool Calls::has_gateway(CallId call) const {
  return std::ranges::any_of(clients_.all(), [&](const auto& entry) {
    return !entry.second->gone() && entry.second->told_call() == call;
  });
}

// --- what connections tell -------------------------------------------------------------------

// The server has answered, so it is no address of a client's choice that leads nowhere.
void Calls::hold_route(ControlLink& link) {
  for (uint32_t number : clients_on(link)) {
    const Client* client = clients_.find(number);
    if (!client) continue;
    if (check_held_servers(servers_held_by(client->uid()), link.server(), client->uid(),
                           clients_.identity()))
      return link.hold_route();
    link_says(link, true, log::Level::warning,
              fmt::format("uid {} has calls to {} servers with a host route: there is none to {}",
                          client->uid(), Quotas::kHeldServers, link.server().text()),
              {});
  }
}

void Calls::link_established(ControlLink& link) {
  hold_route(link);
  std::vector<uint32_t> overflow;
  size_t places = link.control().maximum_channels();
  for (uint32_t client : clients_on(link)) {
    if (places == 0) {
      overflow.push_back(client);
      continue;
    }
    places--;
    assign(client, all_.at(client), link);
  }
  for (uint32_t client : overflow) place(client, link.settings().uid, all_.at(client));
}

void Calls::call_up(ControlLink&, CallId call, const OutgoingCallReply& reply) {
  Client* client = clients_.find(client_of(call));
  if (!client) return;
  client->send(CallConnected{reply.call_id, reply.connect_speed, reply.receive_window,
                             reply.processing_delay});
  observer_.call_up(client->number());
}

void Calls::call_over(ControlLink& link, CallId call, const Reason& reason) {
  if (uint32_t client = client_of(call)) {
    link_says(link, true, log::Level::notice,
              fmt::format("Closing connection (call state): call {}", value(call)), {});
    all_.erase(client);
    tell_end(client, call, reason);
  }
  observer_.call_ends(call, reason);
  release(call);
  if (load(link) == 0) link.stop_when_idle();
}

// Calls that had been requested are over by now.
void Calls::link_closed(ControlLink& link, const Reason& reason) {
  for (uint32_t client : clients_on(link))
    end(client, all_.at(client).assigned ? cancelled_by(reason) : reason);
  observer_.link_closed(link.settings().id);
}

void Calls::control_passed(ControlLink& link, Passage passage, ByteSpan message) {
  observer_.control_passed(link, passage, message);
}

// The lines of an ordinary user's connections count for the user. Operators have no such limit, but
// a server that sends too much to them has.
void Calls::link_says(const ControlLink& link, bool extra, log::Level level,
                      const std::string& text, const std::vector<log::Field>& fields) {
  uid_t uid = link.settings().uid;
  bool ordinary = !is_operator(uid, clients_.identity());
  if (!ordinary && !extra) return log::write(level, text, fields);
  log_.write(ordinary ? fmt::format("uid {}", uid) : "the server " + link.server().text(),
             loop_.now(), level, text, fields);
}

void Calls::say(const Client& client, log::Level level, const std::string& text) {
  if (clients_.is_operator(client)) return log::write(level, text);
  log_.write(fmt::format("uid {}", client.uid()), loop_.now(), level, text);
}

// --- look-ups --------------------------------------------------------------------------------

const HeldCall* Calls::of_client(uint32_t client) const {
  auto it = all_.find(client);
  return it == all_.end() ? nullptr : &it->second;
}

uint32_t Calls::client_of(CallId id) const {
  for (const auto& [client, call] : all_)
    if (call.id == id) return client;
  return 0;
}

Calls::Stage Calls::stage(uint32_t client) const {
  const auto* call = of_client(client);
  const ControlLink* link = call ? links_.find(call->link) : nullptr;
  return link ? call->stage(link->control()) : Stage::none;
}

size_t Calls::count(uid_t uid) const {
  return static_cast<size_t>(std::ranges::count_if(all_, [&](const auto& entry) {
    const Client* client = clients_.find(entry.first);
    return client && client->uid() == uid;
  }));
}

std::set<IpAddress> Calls::servers_held_by(uid_t uid) const {
  std::set<IpAddress> servers;
  for (const auto& [number, call] : all_) {
    const Client* client = clients_.find(number);
    const ControlLink* link = links_.find(call.link);
    if (client && client->uid() == uid && link && link->holds_route())
      servers.insert(link->server());
  }
  return servers;
}

// Calls on the connection, and clients that wait to have one there.
size_t Calls::load(const ControlLink& link) const {
  const auto& calls = link.control().calls();
  auto waits = [&](const auto& entry) {
    return entry.second.link == link.settings().id && !calls.contains(entry.second.id);
  };
  return calls.size() + static_cast<size_t>(std::ranges::count_if(all_, waits));
}

std::vector<uint32_t> Calls::clients_on(const ControlLink& link) const {
  std::vector<uint32_t> clients;
  for (const auto& [client, call] : all_)
    if (call.link == link.settings().id) clients.push_back(client);
  return clients;
}

// --- handover --------------------------------------------------------------------------------

void Calls::restore(Client& client, const HeldCall::State& state) {
  client.note_call(state.id);
  if (state.stage != Stage::waiting_link) client.note_told(state.id);
  ids_.take(state.id);  // also that of a call that is over: see release()
  if (state.stage == Stage::none) return;
  if (state.stage != Stage::waiting_gateway) client.expect_no_more();
  all_[client.number()] = HeldCall::from(state);
}

void Calls::settle() {
  std::vector<uint32_t> lost;
  for (const auto& [client, call] : all_)
    if (!links_.find(call.link)) lost.push_back(client);
  for (uint32_t client : lost) {
    CallId id = all_.extract(client).mapped().id;
    tell_end(client, id, {.cause = Cause::manager_died});
  }
  for (const auto& [id, link] : links_.all()) {
    std::vector<CallId> orphans;
    for (const auto& [call, state] : link->control().calls())
      if (state.state() != Call::State::wait_disconnect && client_of(call) == 0)
        orphans.push_back(call);
    link->resume();
    for (CallId call : orphans) link->clear_call(call);
  }
}

Reason why_not(const Calls& calls, const Clients& clients, const Client& client, CallId call,
               std::string_view wanted) {
  const Client* owner = clients.find(calls.client_of(call));
  return owner && clients.may_see_calls_of(client, *owner) ? only_seen(call, owner->uid(), wanted)
                                                           : unknown_call();
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager.hh"

#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "callmgr/descriptor_passing.hh"
#include "common/log.hh"
#include "common/os_error.hh"

namespace callgate {
namespace {

constexpr Duration kShutdownTimeout{4'000};  // for the Stop handshakes of all connections
constexpr Duration kAcceptPause{1'000};

uint16_t random_start() {
  uint16_t start = 1;
  check(getrandom(&start, sizeof start, 0), "draw a random number");
  return start;
}

ControlLink::Settings settings_for(const CallRequest& request) {
  ControlLink::Settings settings;
  settings.shared = request.share_control;
  settings.log_name = request.log_name;
  settings.plan = DialPlan::from(request);
  settings.control = {.server = request.server_name,
                      .client_hostname = request.client_hostname,
                      .reply_timeout = Duration(request.connect_timeout),
                      .idle_wait = Duration(request.idle_wait),
                      .max_echo_wait = Duration(request.max_echo_wait),
                      .quirk_bezeq = request.quirk_bezeq};
  return settings;
}

// A call may have to be dialled on a real line: it gets twice the time of a connection.
CallParameters parameters_for(const CallRequest& request, CallId call_id) {
  return {.call_id = call_id,
          .phone = request.phone,
          .receive_window = request.receive_window,
          .reply_timeout = 2 * Duration(request.connect_timeout)};
}

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

Manager::Manager(EventLoop& loop, HostRoutes& routes, UniqueFd listener, Settings settings)
    : loop_(loop),
      routes_(routes),
      listener_(std::move(listener)),
      settings_(settings),
      call_ids_(random_start()) {
  listening_ = loop_.on_fd(listener_.get(), EV_READ, [this](short) { accept_client(); });
  listening_.start();
  tidying_ = loop_.timer([this](short) { tidy(); });
  idle_ = loop_.timer([this](short) { loop_.quit(); });
  resume_ = loop_.timer([this](short) {
    if (!shutting_down_) listening_.start();
  });
  tidy_later();
}

// --- clients ---------------------------------------------------------------------------------

// Out of descriptors or memory: the client stays in the queue, and would wake us again and again.
void Manager::pause_accepting() {
  log::warning("cannot accept a client: {}", std::strerror(errno));
  listening_.stop();
  resume_.start(kAcceptPause);
}

void Manager::accept_client() {
  UniqueFd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  bool lasting = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
  if (!socket) return lasting ? pause_accepting() : void();
  idle_.stop();
  Client::Owner& self = *this;  // a private base: make_unique may not convert
  auto client = std::make_unique<Client>(loop_, std::move(socket), self);
  if (!admit(*client)) return tidy_later();
  auto& admitted = clients_[next_client_++] = std::move(client);
  admitted->send(Welcome{.network_namespace = settings_.identity.network_namespace});
}

// Who is not admitted is told why in place of a welcome.
bool Manager::admit(Client& client) {
  uid_t uid = client.who().uid;
  size_t places = clients_.size() < kMaxClients ? kMaxClients - clients_.size() : 0;
  bool place = is_operator(uid, settings_.identity) ? places > 0 : quotas_.admit(uid, places);
  if (place) return true;
  if (quotas_.is_news(uid, Clock::now()))
    log::warning("refused a client of uid {}: too many are connected", uid);
  end(client, {.cause = Cause::manager_refused, .detail = "too many clients are connected"});
  return false;
}

void Manager::client_sent(Client& client, const ChannelMessage& message) {
  uid_t uid = client.who().uid;
  auto now = Clock::now();
  if (!is_operator(uid, settings_.identity) && !quotas_.spend(uid, now)) {
    if (quotas_.is_news(uid, now)) log::warning("uid {} sends too many requests", uid);
    return client_gone(client, "too many requests");
  }
  std::visit([&](const auto& m) { handle(client, m); }, message);
}

void Manager::client_gone(Client& client, const char* why) {
  if (std::exchange(client.gone, true)) return;
  if (client.stage != Stage::none)
    log::notice("Closing connection (unhandled): pid {} gone ({}), call {} is cleared",
                client.who().pid, why, value(client.call_id));
  leave_link(client);
  tidy_later();
}

template <typename Message>
void Manager::handle(Client& client, const Message&) {
  log::warning("pid {} (uid {}) sent a message that is not for a client to send", client.who().pid,
               client.who().uid);
  client_gone(client, "out of order");
}

void Manager::handle(Client& client, const CallRequest& request) {
  if (client.stage != Stage::none) return client_gone(client, "asked for a second call");
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
    return client_gone(client, "ready out of order");
  client.stage = Stage::requested;
  link->request_call(parameters_for(client.request, client.call_id));
}

void Manager::handle(Client& client, const LinkInfo& info) {
  if (ControlLink* link = link_of(client); link && client.stage == Stage::up)
    link->set_link_info(client.call_id, info);
}

void Manager::handle(Client& client, const StatusRequest& request) {
  if (request.version != kChannelVersion) return client_gone(client, "another version");
  uint32_t count = 0;
  for (const auto& [id, link] : links_) {
    bool announced = false;
    for (const auto& [number, other] : clients_) {
      if (other->link_id != id || other->gone) continue;
      if (!check_status_of(client.who().uid, other->who().uid, settings_.identity)) continue;
      if (!std::exchange(announced, true)) client.send(link->info());
      client.send(info(*other));
      count++;
    }
    if (!announced && is_operator(client.who().uid, settings_.identity)) client.send(link->info());
  }
  client.send(ListEnd{count});
}

void Manager::handle(Client& client, const TakeOver& request) {
  if (request.version != kChannelVersion) return client_gone(client, "another version");
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
  if (request.version != kChannelVersion) return client_gone(client, "another version");
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

// --- calls -----------------------------------------------------------------------------------

void Manager::place(Client& client) {
  auto wanted = settings_for(client.request);
  ControlLink* link = wanted.shared ? find_shared(wanted) : nullptr;
  if (!link) link = &open_link(std::move(wanted));
  client.link_id = link->settings().id;
  client.stage = Stage::waiting_link;
  if (link->usable()) assign(client, *link);
}

// A connection that may carry one more call like this. One that is still being made may turn out
// to carry it too: who does not fit then is placed again.
ControlLink* Manager::find_shared(const ControlLink::Settings& wanted) {
  for (auto& [id, link] : links_) {
    const auto& have = link->settings();
    if (!have.shared || have.plan != wanted.plan) continue;
    auto control = have.control;
    control.server = wanted.control.server;
    if (control != wanted.control) continue;
    if (link->usable() ? load(*link) < link->control().maximum_channels() : link->joinable())
      return link.get();
  }
  return nullptr;
}

ControlLink& Manager::open_link(ControlLink::Settings settings) {
  settings.id = next_link_++;
  ControlLink::Owner& self = *this;
  auto& link = links_[settings.id] =
      std::make_unique<ControlLink>(loop_, routes_, std::move(settings), self);
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
}

void Manager::call_over(ControlLink& link, CallId call, const Reason& reason) {
  Client* client = client_of(call);
  if (client) {
    log::notice("Closing connection (call state): call {}", value(call));
    client->stage = Stage::none;
    client->link_id = 0;
    end(*client, reason);
  }
  call_ids_.release(call);
  if (load(link) == 0) link.stop_when_idle();
}

void Manager::link_closed(ControlLink& link, const Reason& reason) {
  for_clients_of(link, [&](Client& client) {
    bool promised = client.stage == Stage::waiting_gateway;  // a call that was never requested
    leave_link(client);
    end(client, promised ? cancelled_by(reason) : reason);
  });
  tidy_later();
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
    call_ids_.release(client.call_id);
  if (link && load(*link) == 0) link->stop_when_idle();
}

void Manager::end(Client& client, const Reason& reason) {
  client.send(CallEnded{reason});
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

CallInfo Manager::info(const Client& client) const {
  CallInfo info{.connection_id = client.link_id,
                .call_id = client.call_id,
                .state = std::string(name(client.stage)),
                .name = client.request.log_name,
                .uid = client.who().uid,
                .pid = static_cast<uint32_t>(client.who().pid),
                .age = seconds_since(client.asked_at)};
  const auto& calls = links_.at(client.link_id)->control().calls();
  if (auto it = calls.find(client.call_id); it != calls.end())
    info.peer_call_id = it->second.peer_call_id();
  return info;
}

// --- the end ---------------------------------------------------------------------------------

// Clients and links are destroyed from a fresh stack, never by a callback of their own.
void Manager::tidy_later() {
  tidying_.start(Duration(0));
}

void Manager::tidy() {
  std::erase_if(clients_, [this](const auto& entry) {
    const Client& client = *entry.second;
    if (client.gone && !is_operator(client.who().uid, settings_.identity))
      quotas_.leave(client.who().uid);
    return client.gone;
  });
  std::erase_if(links_, [](const auto& entry) {
    return entry.second->control().state() == ControlConnection::State::closed;
  });
  if (shutting_down_ && links_.empty()) return loop_.quit();
  if (clients_.empty() && links_.empty() && settings_.idle_exit.count() > 0)
    idle_.start(settings_.idle_exit);
}

std::string Manager::summary() const {
  auto calls = std::ranges::count_if(
      clients_, [](const auto& entry) { return entry.second->stage != Stage::none; });
  return fmt::format("{} calls on {} connections", calls, links_.size());
}

void Manager::shut_down() {
  if (shutting_down_) return loop_.quit();
  shutting_down_ = true;
  listening_.stop();  // who comes now is served by the next manager, or told when we are gone
  idle_.start(kShutdownTimeout);
  for (auto& [number, client] : clients_) {
    if (client->stage == Stage::none) continue;
    log::notice("Closing connection (shutdown): call {}", value(client->call_id));
    leave_link(*client);
    end(*client, {.cause = Cause::manager_stopping});
  }
  tidy_later();
}

}  // namespace callgate

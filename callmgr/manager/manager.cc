// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/manager.hh"

#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

constexpr Duration kShutdownTimeout{4'000};  // for the Stop handshakes of all connections
constexpr Duration kAcceptPause{1'000};

uint16_t random_start() {
  uint16_t start = 1;
  check(getrandom(&start, sizeof start, 0), "draw a random number");
  return start;
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
  figures_due_ = loop_.timer([this](short) { answer_askers(); });
  resume_ = loop_.timer([this](short) {
    if (!shutting_down_) listening_.start();
  });
  tidy_later();
}

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
  client->number = next_client_++;
  auto& admitted = clients_[client->number] = std::move(client);
  admitted->send(Welcome{.network_namespace = settings_.identity.network_namespace});
}

// Where many users take all that they may, the first of those that have asked for nothing gives
// way: a pptp asks at once, and is through before so many others have come.
void Manager::make_place() {
  auto idle = std::ranges::find_if(clients_, [this](const auto& entry) {
    const Client& client = *entry.second;
    return client.stage == Stage::none && !is_operator(client.who().uid, settings_.identity);
  });
  if (idle == clients_.end()) return;
  uid_t uid = idle->second->who().uid;
  if (quotas_.is_news(Quotas::kAllUsers, Clock::now()))
    log::warning("all places are taken: clients that ask for nothing give way, first of uid {}",
                 uid);
  quotas_.leave(uid);
  figures_.forget(idle->first);
  captures_without(idle->first);
  clients_.erase(idle);
}

// Who is not admitted is told why in place of a welcome.
bool Manager::admit(Client& client) {
  uid_t uid = client.who().uid;
  bool unbounded = is_operator(uid, settings_.identity);
  bool full = clients_.size() + Quotas::kReserved >= settings_.max_clients;
  if (full && (unbounded || quotas_.clients(uid) < Quotas::kClients)) make_place();
  size_t places = settings_.max_clients - std::min(clients_.size(), settings_.max_clients);
  bool place = unbounded ? places > 0 : quotas_.admit(uid, places);
  if (place) return true;
  if (quotas_.is_news(uid, Clock::now()))
    log::warning("refused a client of uid {}: too many are connected", uid);
  end(client, {.cause = Cause::manager_refused, .detail = "too many clients are connected"});
  return false;
}

void Manager::client_gone(Client& client, const char* why) {
  if (std::exchange(client.gone, true)) return;
  if (client.stage != Stage::none)
    log::notice("Closing connection (unhandled): pid {} gone ({}), call {} is cleared",
                client.who().pid, why, value(client.call_id));
  leave_link(client);
  tidy_later();
}

void Manager::client_misbehaved(Client& client, const char* how) {
  if (!client.gone && quotas_.is_news(client.who().uid, Clock::now()))
    log::warning("hung up on pid {} (uid {}): {}", client.who().pid, client.who().uid, how);
  client_gone(client, how);
}

void Manager::end(Client& client, const Reason& reason) {
  capture_reason(client.call_id, reason);
  client.send(CallEnded{reason});
}

// Clients and links are destroyed from a fresh stack, never by a callback of their own.
void Manager::tidy_later() {
  tidying_.start(Duration(0));
}

void Manager::tidy() {
  std::erase_if(clients_, [this](const auto& entry) {
    const Client& client = *entry.second;
    if (client.gone && !is_operator(client.who().uid, settings_.identity))
      quotas_.leave(client.who().uid);
    if (client.gone) captures_without(client.number);
    if (client.gone) figures_.forget(client.number);
    return client.gone;
  });
  end_captures();
  answer_askers();  // who has waited for one of them
  std::erase_if(links_, [](const auto& entry) {
    return entry.second->control().state() == ControlConnection::State::closed;
  });
  if (shutting_down_ && links_.empty()) {
    abandon_captures();
    return loop_.quit();
  }
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
  answer(figures_.take_all());
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

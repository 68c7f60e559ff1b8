// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/clients.hh"

#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "common/system/log.hh"

namespace callgate {
namespace {

constexpr Duration kAcceptAgainAfter{1'000};

}  // namespace

Clients::Clients(EventLoop& loop, UniqueFd listener, Settings settings, Owner& owner)
    : loop_(loop), listener_(std::move(listener)), settings_(settings), owner_(owner) {
  listening_ = loop_.on_readable(listener_.get(), [this] { accept(); });
  listening_.start();
  resume_ = loop_.timer([this] {
    if (!closed_) listening_.start();
  });
}

Client* Clients::find(uint32_t number) const {
  auto it = all_.find(number);
  return it == all_.end() || it->second->gone() ? nullptr : it->second.get();
}

bool Clients::is_operator(const Client& client) const {
  return callgate::is_operator(client.uid(), settings_.identity);
}

bool Clients::may_see_calls_of(const Client& viewer, const Client& other) const {
  const auto& group = settings_.identity.viewers;
  return check_status_of(viewer.uid(), group && viewer.is_member(*group), other.uid(),
                         settings_.identity);
}

bool Clients::spend(const Client& client, unsigned cost) {
  return is_operator(client) || quotas_.spend(client.uid(), loop_.now(), cost);
}

// --- admission -------------------------------------------------------------------------------

// Without descriptors or memory the client stays in the kernel's queue and would wake us again and
// again.
void Clients::pause_accepting() {
  log::warning("cannot accept a client: {}", std::strerror(errno));
  listening_.stop();
  resume_.start(kAcceptAgainAfter);
}

void Clients::accept() {
  UniqueFd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  bool lasting = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
  if (!socket) return lasting ? pause_accepting() : void();
  Client::Owner& self = *this;  // a private base: make_unique may not convert
  auto client = std::make_unique<Client>(loop_, std::move(socket), next_, self);
  owner_.clients_changed();
  if (!admit(*client)) return;
  auto& admitted = all_[next_++] = std::move(client);
  admitted->send(Welcome{.network_namespace = settings_.identity.network_namespace});
}

// If many users together take all places, the first client that has asked for nothing gives way. A
// pptp asks at once, and is served before that many others have come.
void Clients::make_place() {
  auto idle = std::ranges::find_if(all_, [this](const auto& entry) {
    return !owner_.has_call(entry.first) && !is_operator(*entry.second);
  });
  if (idle == all_.end()) return;
  if (quotas_.is_news(Quotas::kAllUsers, loop_.now()))
    log::warning("all places are taken: clients that ask for nothing give way, first of uid {}",
                 idle->second->uid());
  forget(idle);
}

// A client that is not admitted is told why instead of being welcomed.
bool Clients::admit(Client& client) {
  uid_t uid = client.uid();
  if (auto refused = check_client(uid, settings_.identity)) {
    if (quotas_.is_news(Quotas::kAllUsers, loop_.now()))
      log::warning("refused a client: {}", refused->detail);
    client.refuse(*refused);
    return false;
  }
  bool unbounded = is_operator(client);
  bool full = all_.size() + Quotas::kReserved >= settings_.most;
  if (full && (unbounded || quotas_.clients(uid) < Quotas::kClients)) make_place();
  size_t places = settings_.most - std::min(all_.size(), settings_.most);
  if (unbounded ? places > 0 : quotas_.admit(uid, places)) return true;
  if (quotas_.is_news(uid, loop_.now()))
    log::warning("refused a client of uid {}: too many are connected", uid);
  client.refuse({.cause = Cause::manager_refused, .detail = "too many clients are connected"});
  return false;
}

Client& Clients::restore(uint32_t number, UniqueFd socket) {
  Client::Owner& self = *this;
  auto& client = all_[number] = std::make_unique<Client>(loop_, std::move(socket), number, self);
  // It was admitted once, and is not turned away now.
  if (!is_operator(*client)) quotas_.admit(client->uid(), Quotas::kReserved + 1);
  return *client;
}

// --- the end of a client ---------------------------------------------------------------------

void Clients::client_sent(Client& client, const ChannelMessage& message) {
  owner_.client_sent(client, message);
}

void Clients::client_gone(Client& client, const char* why) {
  if (!client.set_gone()) return;
  owner_.client_gone(client, why);
  owner_.clients_changed();
}

void Clients::client_misbehaved(Client& client, const char* how) {
  if (!client.gone() && quotas_.is_news(client.uid(), loop_.now()))
    log::warning("hung up on pid {} (uid {}): {}", client.pid(), client.uid(), how);
  client_gone(client, how);
}

void Clients::forget(All::iterator entry) {
  if (!is_operator(*entry->second)) quotas_.leave(entry->second->uid());
  uint32_t number = entry->first;
  all_.erase(entry);
  owner_.client_forgotten(number);
}

void Clients::sweep() {
  for (auto it = all_.begin(); it != all_.end();) {
    auto next = std::next(it);
    if (it->second->gone()) forget(it);
    it = next;
  }
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Everyone who is connected to the call manager: accepts clients, admits them within the quotas,
// and forgets those that have gone.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "callmgr/manager/checks.hh"
#include "callmgr/manager/client.hh"
#include "callmgr/manager/quotas.hh"

namespace callgate {

class Clients : private Client::Owner {
 public:
  static constexpr size_t kMost = 4096;
  using All = std::map<uint32_t, std::unique_ptr<Client>>;

  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void client_sent(Client& client, const ChannelMessage& message) = 0;
    virtual void client_gone(Client& client,
                             const char* why) = 0;  // it has left, or was hung up on
    virtual void client_forgotten(uint32_t number) = 0;
    virtual bool has_call(uint32_t client) const = 0;
    virtual void clients_changed() = 0;  // calls sweep() soon, from a fresh stack
  };
  struct Settings {
    size_t most = kMost;
    ManagerIdentity identity;
  };

  Clients(EventLoop& loop, UniqueFd listener, Settings settings, Owner& owner);

  Client* find(uint32_t number) const;  // nullptr if there is no such client, or it has gone
  const All& all() const { return all_; }
  const ManagerIdentity& identity() const { return settings_.identity; }
  bool is_operator(const Client& client) const;
  bool may_see_calls_of(const Client& viewer, const Client& other) const;
  // Whether this client's user may send so much more.
  bool spend(const Client& client, unsigned cost);
  void hang_up(Client& client, const char* how) { client_misbehaved(client, how); }
  void drop(Client& client, const char* why) { client_gone(client, why); }
  void stop_accepting() { listening_.stop(), closed_ = true; }
  void sweep();  // destroys those that have gone

  // For a handover.
  int listener() const { return listener_.get(); }
  uint32_t next_number() const { return next_; }
  void restore_next_number(uint32_t next) { next_ = next; }
  Client& restore(uint32_t number, UniqueFd socket);

 private:
  void accept();
  void pause_accepting();
  bool admit(Client& client);
  void make_place();
  void forget(All::iterator entry);
  void client_sent(Client& client, const ChannelMessage& message) override;
  void client_gone(Client& client, const char* why) override;
  void client_misbehaved(Client& client, const char* how) override;
  bool client_queued(const Client& client, std::ptrdiff_t change) override {
    return quotas_.queue(client.uid(), change) || is_operator(client);
  }

  EventLoop& loop_;
  UniqueFd listener_;
  Settings settings_;
  Owner& owner_;
  Quotas quotas_;
  uint32_t next_ = 1;
  All all_;
  Watch listening_, resume_;
  bool closed_ = false;
};

}  // namespace callgate

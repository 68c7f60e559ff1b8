// SPDX-License-Identifier: GPL-2.0-or-later
// The call manager: its components, and its own beginning and end.
#pragma once

#include "callmgr/manager/giving.hh"
#include "callmgr/manager/handover.hh"
#include "callmgr/manager/requests.hh"

namespace callgate {

class Manager : private Clients::Owner, private Giving::Owner {
 public:
  struct Settings {
    size_t max_clients = Clients::kMost;
    Duration idle_exit{0};  // exit after this time without a client and a connection; 0 = never
    ManagerIdentity identity;
  };

  Manager(EventLoop& loop, HostRoutes& routes, UniqueFd listener, Settings settings);

  // Ends every call in good order, then the loop. The second time it ends the loop at once.
  void shut_down();

  void network_changed() { calls_.links().network_changed(); }
  void host_slept(Duration time) { calls_.links().host_slept(time); }

  std::string summary() const;  // "2 calls on 2 connections"

  // Puts what another manager has left in its place, and goes on with it. Before go_on() nobody
  // hears anything of this manager. To be called before the loop runs.
  void restore(handover::Estate estate) { handover_.restore(std::move(estate)); }
  void go_on();
  // Leaves everything to the next manager: `give` passes the descriptors on. If it throws OsError,
  // this manager goes on. --take-over goes another way, see giving.hh.
  void leave(const std::function<void(const std::vector<int>& descriptors)>& give);
  bool has_left() const { return left_; }

 private:
  void client_sent(Client& client, const ChannelMessage& message) override;
  void client_gone(Client& client, const char* why) override;
  void client_forgotten(uint32_t number) override;
  bool has_call(uint32_t client) const override { return calls_.of_client(client); }
  void clients_changed() override { sweep_soon(); }

  void give_to(Client& taker, const TakeOver& question);
  std::vector<int> descriptors_for(uint32_t taker) override;
  UniqueFd image_for(uint32_t taker) override;
  void given_to(uint32_t taker) override;
  void not_given_to(uint32_t taker, const std::string& why) override;

  void answer(const std::vector<Questions::Asker>& ready);
  void answer_ready();
  void sweep_soon() { sweep_.start(Duration(0)); }
  void sweep();

  EventLoop& loop_;
  HostRoutes& routes_;
  Duration idle_exit_;
  Watch sweep_, idle_, answers_due_;
  Questions questions_;
  Clients clients_;
  Calls calls_;
  Status status_;
  LogLevels log_levels_;
  Captures captures_;
  RefusedLogins logins_;
  Handover handover_;
  Requests requests_;
  std::optional<Giving> giving_;  // to a manager that takes over
  bool shutting_down_ = false, left_ = false;
};

}  // namespace callgate

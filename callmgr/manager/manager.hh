// SPDX-License-Identifier: GPL-2.0-or-later
// The call manager itself: brings clients that want calls together with control connections that
// carry them. The lifetime of a call is the lifetime of its client's socket.
#pragma once

#include <map>
#include <memory>

#include "callmgr/control/call_ids.hh"
#include "callmgr/control/control_link.hh"
#include "callmgr/manager/captures.hh"
#include "callmgr/manager/checks.hh"
#include "callmgr/manager/client.hh"
#include "callmgr/manager/figures.hh"
#include "callmgr/manager/handover_image.hh"
#include "callmgr/manager/quotas.hh"
#include "common/system/log.hh"

namespace callgate {

class Manager : private Client::Owner, private ControlLink::Owner {
 public:
  static constexpr size_t kMaxClients = 4096;

  struct Settings {
    size_t max_clients = kMaxClients;
    Duration idle_exit{0};  // without a client and a connection, then exit; 0 = never
    ManagerIdentity identity;
  };

  Manager(EventLoop& loop, HostRoutes& routes, UniqueFd listener, Settings settings);

  // Ends every call in good order, then the loop; a second time, or after a while: at once.
  void shut_down();

  std::string summary() const;  // "2 calls on 2 connections"

  // Goes on with what another manager has left. To be called before the loop runs.
  void take_over(handover::Estate estate);
  // The other side of it: everything, to be given away. When it has been, leave() ends the loop and
  // touches none of it again.
  struct Left {
    UniqueFd image;
    std::vector<int> descriptors;
  };
  Left left_to_others(const Client* except = nullptr);
  void leave();
  bool has_left() const { return left_; }

 private:
  using Stage = Client::Stage;

  void accept_client();
  void pause_accepting();
  bool admit(Client& client);
  void make_place();
  void client_gone(Client& client, const char* why) override;
  void client_misbehaved(Client& client, const char* how) override;
  void end(Client& client, const Reason& reason);
  void tidy_later();
  void tidy();

  // manager_requests.cc: what clients ask for
  void client_sent(Client& client, const ChannelMessage& message) override;
  void handle(Client& client, const CallRequest& request);
  void handle(Client& client, const GatewayReady& ready);
  void handle(Client& client, const LinkInfo& info);
  void handle(Client& client, const HangUpRequest& request);
  void handle(Client& client, const TakeOver& request);
  template <typename Message>
  void handle(Client& client, const Message&);  // what only the manager sends
  bool matches(const Client& client, const HangUpRequest& request) const;

  // manager_status.cc: what there is, and how it does
  void handle(Client& client, const StatusRequest& request);
  void handle(Client& client, const CallStatistics& unasked);
  bool take(Client& gateway, const CallStatistics& figures);  // false: nobody has asked
  void answer_askers();
  void answer(const std::vector<uint32_t>& askers);
  void list(Client& client, const Figures* figures);
  bool may_see(const Client& client, const Client& other) const;
  CallInfo info(const Client& client, const ControlLink& link) const;

  // manager_log_level.cc
  void handle(Client& client, const LogLevelRequest& request);
  void handle(Client& gateway, const GatewayLogLevel& unasked);
  bool take(Client& gateway, const GatewayLogLevel& answer);  // false: nobody has asked
  bool apply_own_level(Client& client, const LogLevelRequest& request);

  // manager_capture.cc: what passes in a call, for who watches it
  void handle(Client& client, const CaptureRequest& request);
  void handle(Client& client, const CaptureCredit& credit);
  void handle(Client& client, const CaptureStop& stop);
  void handle(Client& gateway, const Captured& unasked);
  void handle(Client& gateway, const CaptureEnded& ended);
  bool take(Client& gateway, const Captured& captured);  // false: nobody has asked
  void start_capture(Client& gateway);
  void control_passed(ControlLink& link, Passage passage, ByteSpan message) override;
  void capture_reason(CallId call, const Reason& reason);
  void captures_of_closed(const ControlLink& link);
  void captures_without(uint32_t client);
  void forget(const RunningCapture& capture);
  void end_captures();
  void abandon_captures();

  // manager_calls.cc: calls, and the connections that carry them
  void link_established(ControlLink& link) override;
  void call_up(ControlLink& link, CallId call, const OutgoingCallReply& reply) override;
  void call_over(ControlLink& link, CallId call, const Reason& reason) override;
  void link_closed(ControlLink& link, const Reason& reason) override;

  void place(Client& client);
  ControlLink* find_shared(const CallRequest& request);
  ControlLink& open_link(const CallRequest& request);
  void assign(Client& client, ControlLink& link);
  void leave_link(Client& client);
  size_t calls_of(uid_t uid) const;
  size_t load(const ControlLink& link) const;
  ControlLink* link_of(const Client& client);
  Client* client_of(CallId call);
  Client* client_numbered(uint32_t number);
  void call_released(CallId call);
  template <typename Act>
  void for_clients_of(const ControlLink& link, Act&& act);

  // manager_handover.cc: what another has left
  void take(const handover::Head& head);
  void take(const handover::HeldRoute& held);
  void take(handover::LinkState left);
  void take(const handover::CallState& state);
  void take(const handover::Unsent& unsent);
  void take(const handover::ClientState& state);
  void take(const handover::Queued& queued);
  void take(const handover::LogLevel& level);
  void settle();

  EventLoop& loop_;
  HostRoutes& routes_;
  UniqueFd listener_;
  Settings settings_;
  CallIds call_ids_;
  Quotas quotas_;
  uint32_t next_link_ = 1, next_client_ = 1;
  std::map<uint32_t, std::unique_ptr<Client>> clients_;
  std::map<uint32_t, std::unique_ptr<ControlLink>> links_;
  Figures figures_;
  Captures captures_;
  std::optional<log::Level> level_set_;  // while we ran
  Watch listening_, resume_, tidying_, idle_, figures_due_;
  handover::Descriptors inherited_;
  bool shutting_down_ = false, left_ = false;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Which client has which call on which control connection: places calls, assigns them, and lets
// them leave. With --share-control, calls with equal settings share a connection.
#pragma once

#include <set>

#include "callmgr/control/call_ids.hh"
#include "callmgr/control/log_budget.hh"
#include "callmgr/manager/clients.hh"
#include "callmgr/manager/held_call.hh"
#include "callmgr/manager/links.hh"

namespace callgate {

class Calls : private ControlLink::Owner {
 public:
  using Stage = HeldCall::Stage;
  using All = std::map<uint32_t, HeldCall>;  // by client

  // Learns what becomes of calls, for their captures.
  class Observer {
   public:
    virtual ~Observer() = default;
    virtual void call_up(uint32_t client) = 0;
    virtual void call_ends(CallId call, const Reason& reason) = 0;
    virtual void call_released(CallId call) = 0;  // its id is free
    virtual void link_closed(uint32_t link) = 0;
    virtual void control_passed(ControlLink& link, Passage passage, ByteSpan message) = 0;
  };

  Calls(EventLoop& loop, HostRoutes& routes, Clients& clients, Observer& observer);

  // What clients ask for. begin() returns why there is no call, gateway_ready() false if the client
  // is out of order.
  std::optional<Reason> begin(Client& client, const CallRequest& request);
  bool gateway_ready(const Client& client);
  void set_link_info(const Client& client, const LinkInfo& info);
  void end(uint32_t client, const Reason& reason);  // clears the call, and tells the client
  void leave(uint32_t client);                      // the same without a word, e.g. if it has gone
  // A client that had this call, or none (0), has gone, and has left its call.
  void let_go(CallId call);

  // Writes a line about a client or its call to the log, unless its user has filled the log lately.
  void say(const Client& client, log::Level level, const std::string& text);

  const All& all() const { return all_; }
  const HeldCall* of_client(uint32_t client) const;  // nullptr if it has none
  uint32_t client_of(CallId call) const;             // 0 if nobody has it
  Stage stage(uint32_t client) const;
  size_t count(uid_t uid) const;
  size_t load(const ControlLink& link) const;
  Links& links() { return links_; }
  const Links& links() const { return links_; }

  // For a handover. settle() comes last, before links go on: it ends what does not fit together.
  CallIds& ids() { return ids_; }
  void restore(Client& client, const HeldCall::State& state);
  void settle();

 private:
  void link_established(ControlLink& link) override;
  void call_up(ControlLink& link, CallId call, const OutgoingCallReply& reply) override;
  void call_over(ControlLink& link, CallId call, const Reason& reason) override;
  void link_closed(ControlLink& link, const Reason& reason) override;
  void control_passed(ControlLink& link, Passage passage, ByteSpan message) override;
  void link_says(const ControlLink& link, bool extra, log::Level level, const std::string& text,
                 const std::vector<log::Field>& fields) override;

  void hold_route(ControlLink& link);
  std::set<IpAddress> servers_held_by(uid_t uid) const;
  void place(uint32_t client, uid_t uid, HeldCall& call);
  ControlLink* find_shared(const CallRequest& request, uid_t uid) const;
  void assign(uint32_t client, HeldCall& call, const ControlLink& link);
  void tell_end(uint32_t client, CallId call, const Reason& reason);
  void release(CallId call);
  bool has_gateway(CallId call) const;  // also after the call
  std::vector<uint32_t> clients_on(const ControlLink& link) const;

  EventLoop& loop_;
  Clients& clients_;
  Observer& observer_;
  LogBudget log_;
  Links links_;
  CallIds ids_;
  CallIds serial_numbers_;  // each is free again at once, but not used again soon
  All all_;
};

// Why the client may not do what it wants with a call that is not its own.
Reason why_not(const Calls& calls, const Clients& clients, const Client& client, CallId call,
               std::string_view wanted);

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// What clients send, message by message, and where each goes. Who may ask for what is in checks.hh.
#pragma once

#include "callmgr/manager/capture.hh"
#include "callmgr/manager/log_levels.hh"
#include "callmgr/manager/refused_logins.hh"
#include "callmgr/manager/status.hh"

namespace callgate {

class Requests {
 public:
  struct Desks {
    Clients& clients;
    Calls& calls;
    Status& status;
    LogLevels& log_levels;
    Captures& captures;
    RefusedLogins& logins;
  };
  using Give = std::function<void(Client&, const TakeOver&)>;
  Requests(Desks desks, Give give) : to_(desks), give_(std::move(give)) {}

  void take(Client& client, const ChannelMessage& message);
  void refuse_calls() { refuse_calls_ = true; }  // the manager is stopping

 private:
  template <typename Message>
  void dispatch(Client& client, const Message& message);

  // Answers of gateways.
  bool handle_answer(Client& client, const ChannelMessage& message);
  void unasked(Client& client);

  // Requests. kChannelVersion has been checked where they have one.
  void handle(Client& client, const CallRequest& request);
  void handle(Client& client, const GatewayReady& ready);
  void handle(Client& client, const LinkInfo& info);
  void handle(Client& client, const LoginVerdict& verdict);
  void handle(Client& client, const StatusRequest& request);
  void handle(Client& client, const HangUpRequest& request);
  void handle(Client& client, const EarlyTakeOver& request);
  void handle(Client& client, const TakeOver& request);
  void handle(Client& client, const LogLevelRequest& request);
  void handle(Client& client, const CaptureRequest& request);
  void handle(Client& client, const CaptureStop& stop);
  bool matches(const HeldCall& call, const HangUpRequest& request) const;

  Desks to_;
  Give give_;
  bool refuse_calls_ = false;
};

}  // namespace callgate

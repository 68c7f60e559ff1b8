// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl log-level: how much the manager logs, and how much the gateways do, which answer for
// themselves.
#pragma once

#include "callmgr/manager/calls.hh"
#include "callmgr/manager/questions.hh"
#include "common/system/log.hh"

namespace callgate {

class LogLevels {
 public:
  LogLevels(EventLoop& loop, Clients& clients, Calls& calls, Questions& questions)
      : loop_(loop), clients_(clients), calls_(calls), questions_(questions) {}

  // Unless it is refused, the client is held until every gateway that was asked has answered.
  std::optional<Reason> ask(Client& client, const LogLevelRequest& request);
  // False if nobody has asked this gateway.
  bool answered(const Client& gateway, const GatewayLogLevel& answer);

  // For a handover: the manager's own level, if it was set while the manager ran.
  std::optional<log::Level> own() const { return own_; }
  void restore_own(log::Level level);

 private:
  void apply_own(Client& client, const LogLevelRequest& request);
  std::vector<uint32_t> gateways_for(const Client& client, const LogLevelRequest& request) const;

  EventLoop& loop_;
  Clients& clients_;
  Calls& calls_;
  Questions& questions_;
  std::optional<log::Level> own_;
};

}  // namespace callgate

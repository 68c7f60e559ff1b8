// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl status: lists connections and calls, if wanted with the statistics that the calls'
// gateways give. A gateway that does not answer in time delays nobody: its statistics are missing.
#pragma once

#include "callmgr/manager/calls.hh"
#include "callmgr/manager/latest_statistics.hh"

namespace callgate {

class Status {
 public:
  Status(EventLoop& loop, Clients& clients, Calls& calls, Questions& questions)
      : loop_(loop), clients_(clients), calls_(calls), questions_(questions) {}

  // Without statistics it is answered at once. With them, the client is held until finish().
  void ask(Client& client, const StatusRequest& request);
  // False if nobody has asked this gateway.
  bool answered(const Client& gateway, const CallStatistics& statistics);
  void finish(Client& client);
  void forget(uint32_t client) { latest_.forget(client); }

 private:
  struct List;
  void list(Client& client, bool statistics);
  std::vector<ChannelMessage> next(List& list) const;

  EventLoop& loop_;
  Clients& clients_;
  Calls& calls_;
  Questions& questions_;
  LatestStatistics latest_;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Asks the call manager for everything that it may tell us.
#include <fmt/format.h>

#include <cstdio>

#include "callmgr/pptpctl/pppd_interfaces.hh"
#include "callmgr/pptpctl/snapshot.hh"
#include "common/channel/manager_conversation.hh"

namespace callgate {
namespace {

void take(Snapshot& snapshot, ChannelMessage& message) {
  auto& all = snapshot.connections;
  if (auto* connection = std::get_if<ConnectionInfo>(&message)) {
    all.push_back({std::move(*connection), {}});
  } else if (auto* call = std::get_if<CallInfo>(&message); call && !all.empty()) {
    all.back().calls.push_back({.info = std::move(*call), .statistics = {}});
  } else if (auto* told = std::get_if<CallStatistics>(&message);
             told && !all.empty() && !all.back().calls.empty()) {
    all.back().calls.back().statistics = statistics_from(told->values);
    all.back().calls.back().uptime = Duration(told->uptime);
  }
}

}  // namespace

Snapshot fetch_snapshot() try {
  ManagerConversation manager;
  manager.send(StatusRequest{.statistics = true});
  Snapshot snapshot{.running = true, .connections = {}};
  while (true) {
    auto message = manager.next();
    if (std::holds_alternative<ListEnd>(message)) break;
    take(snapshot, message);
  }
  const PppdInterfaces interfaces;
  for (auto& connection : snapshot.connections)
    for (auto& call : connection.calls) call.info.interface = interfaces.of(call.info);
  return snapshot;
} catch (const OsError& error) {
  // The manager is started on demand: if it does not run, nothing is up, and that is an answer.
  auto code = error.code().value();
  if (code != ENOENT && code != ECONNREFUSED) throw;
  return {};
}

void say_not_running() {
  fmt::print(stderr, "pptpctl: no call manager is running at {}\n", callmgr_socket_path());
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/manager_calls.hh"

#include "common/channel/manager_conversation.hh"

namespace callgate::diagnose::live {

std::optional<std::vector<ManagerCall>> calls_of_manager(TimePoint deadline) try {
  ManagerConversation manager(deadline);
  manager.send(StatusRequest{});
  std::vector<ManagerCall> calls;
  IpAddress server;
  while (true) {
    auto message = manager.next();
    if (std::holds_alternative<ListEnd>(message)) return calls;
    if (auto* connection = std::get_if<ConnectionInfo>(&message)) server = connection->server;
    if (auto* call = std::get_if<CallInfo>(&message)) calls.push_back({server, std::move(*call)});
  }
} catch (const OsError&) {
  return std::nullopt;
}

}  // namespace callgate::diagnose::live

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/manager_calls.hh"

#include <fmt/format.h>

#include <sstream>

#include "callmgr/diagnose/live/child.hh"
#include "common/channel/manager_conversation.hh"
#include "common/wire/bytes.hh"

namespace callgate::diagnose::live {
namespace {

// One call on each line, its texts last and printable.
std::string ask() {
  ManagerConversation manager;
  manager.send(StatusRequest{});
  std::string text, server;
  while (true) {
    auto message = manager.next();
    if (std::holds_alternative<ListEnd>(message)) return text;
    if (auto* connection = std::get_if<ConnectionInfo>(&message))
      server = connection->server.text();
    if (auto* call = std::get_if<CallInfo>(&message))
      text += fmt::format("{} {} {} {} {} {}\n", server, value(call->call_id), call->state,
                          call->uid, call->pid, printable(call->name));
  }
}

}  // namespace

std::optional<std::vector<ManagerCall>> calls_of_manager(TimePoint deadline) {
  auto answer = ask_child(deadline, ask);
  if (answer.status != 0) return std::nullopt;
  std::vector<ManagerCall> calls;
  std::istringstream lines(answer.text);
  for (std::string line; std::getline(lines, line);) {
    ManagerCall call;
    std::istringstream words(line);
    words >> call.server >> call.call_id >> call.state >> call.uid >> call.pid >> call.name;
    calls.push_back(std::move(call));
  }
  return calls;
}

}  // namespace callgate::diagnose::live

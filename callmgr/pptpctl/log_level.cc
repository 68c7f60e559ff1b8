// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl log-level: shows or sets how much the manager and the gateways log.
#include <cstdio>

#include "callmgr/pptpctl/commands.hh"
#include "common/channel/manager_conversation.hh"
#include "common/command_line/nearest.hh"
#include "common/system/log.hh"

namespace callgate {
namespace {

std::string choices() {
  return fmt::format("{}", fmt::join(log::level_names(), ", "));
}

LogLevelRequest request_from(const Arguments& arguments) {
  LogLevelRequest request;
  for (const auto& word : arguments.operands()) {
    if (auto call = call_id(word); call && request.call_id == 0)
      request.call_id = *call;
    else if (auto level = log::level_named(word); level && request.level == 0)
      request.level = static_cast<uint8_t>(*level);
    else
      throw UsageError{fmt::format("log-level: takes {} and a call id, not '{}'{}", choices(),
                                   printable(word), did_you_mean(word, log::level_names()))};
  }
  return request;
}

void show(const LogLevelInfo& info) {
  auto who = info.call_id == CallId{} ? std::string("call manager")
                                      : fmt::format("call {}", value(info.call_id));
  auto level = log::level_of(info.level);
  fmt::print("{:<13} {}\n", who, level ? name(*level) : "unknown");
}

// Each gateway answers for itself. A gateway that is just starting or ending may not answer.
uint32_t show_gateways(ManagerConversation& manager, uint32_t asked) {
  try {
    for (; asked > 0; asked--) show(manager.next<LogLevelInfo>());
  } catch (const OsError& error) {
    if (error.code().value() != ETIMEDOUT) throw;
  }
  return asked;
}

}  // namespace

int log_level_command(const Arguments& arguments) {
  auto request = request_from(arguments);
  ManagerConversation manager;
  manager.send(request);
  while (true) {
    auto message = manager.next();
    if (auto* refused = std::get_if<CallEnded>(&message))
      throw Refused{fmt::format("{} the log level: {}", request.level ? "set" : "show",
                                line(refused->reason))};
    if (auto* info = std::get_if<LogLevelInfo>(&message)) {
      show(*info);
      continue;
    }
    auto* end = std::get_if<ListEnd>(&message);
    auto silent = end ? show_gateways(manager, end->count) : 0;
    if (silent > 0) fmt::print(stderr, "pptpctl: {} of the calls did not answer\n", silent);
    return silent > 0 ? kFailed : 0;
  }
}

}  // namespace callgate

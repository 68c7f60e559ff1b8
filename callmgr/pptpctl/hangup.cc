// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl hangup: ends a call, the calls to a server, or every call.
#include <cstdio>

#include "callmgr/pptpctl/commands.hh"
#include "common/channel/manager_conversation.hh"

namespace callgate {
namespace {

HangUpRequest hang_up_request(const Arguments& arguments) {
  HangUpRequest request{.all = arguments.has("all")};
  const auto& words = arguments.operands();
  if (words.size() + request.all != 1)
    throw UsageError{"hangup: takes one call id, server or --all"};
  if (request.all) return request;
  if (words[0].find_first_not_of("0123456789") == std::string::npos)
    request.call_id = arguments.call_id_from(words[0]);
  else
    request.server = words[0];
  return request;
}

}  // namespace

int hangup_command(const Arguments& arguments) {
  auto request = hang_up_request(arguments);
  ManagerConversation manager;
  manager.send(request);
  auto answer = manager.next();
  if (auto* refused = std::get_if<CallEnded>(&answer))
    throw Refused{fmt::format("hang up: {}", line(refused->reason))};
  auto* end = std::get_if<ListEnd>(&answer);
  if (!end) throw OsError(EPROTO, "understand the call manager");
  auto count = end->count;
  fmt::print("{} call{} hung up\n", count, count == 1 ? "" : "s");
  return count > 0 || request.all ? 0 : kFailed;
}

}  // namespace callgate

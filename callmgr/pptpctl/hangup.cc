// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl hangup: ends a call, those of a tunnel, those to a server, or every call.
#include <cstdio>

#include "callmgr/pptpctl/commands.hh"
#include "callmgr/pptpctl/snapshot.hh"
#include "common/channel/manager_conversation.hh"

namespace callgate {
namespace {

std::vector<HangUpRequest> hang_up_requests(const Arguments& arguments) {
  bool all = arguments.has("all");
  const auto& words = arguments.operands();
  if (words.size() + all != 1)
    throw UsageError{"hangup: takes one call id, tunnel, server or --all"};
  if (all) return {{.all = true}};
  if (words[0].find_first_not_of("0123456789") == std::string::npos)
    return {{.call_id = arguments.call_id_from(words[0])}};
  std::vector<HangUpRequest> requests;
  auto snapshot = fetch_snapshot();
  for (const auto& found : find_calls(snapshot, words[0]))
    requests.push_back({.call_id = value(found.call->info.call_id)});
  if (requests.empty()) requests.push_back({.server = words[0]});
  return requests;
}

// Returns how many calls the manager has hung up.
uint32_t hang_up(const HangUpRequest& request) {
  ManagerConversation manager;
  manager.send(request);
  auto answer = manager.next();
  if (auto* refused = std::get_if<CallEnded>(&answer))
    throw Refused{fmt::format("hang up: {}", line(refused->reason))};
  auto* end = std::get_if<ListEnd>(&answer);
  if (!end) throw OsError(EPROTO, "understand the call manager");
  return end->count;
}

}  // namespace

int hangup_command(const Arguments& arguments) {
  uint32_t count = 0;
  for (const auto& request : hang_up_requests(arguments)) count += hang_up(request);
  fmt::print("{} call{} hung up\n", count, count == 1 ? "" : "s");
  return count > 0 || arguments.has("all") ? 0 : kFailed;
}

}  // namespace callgate

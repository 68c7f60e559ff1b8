// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl hangup: ends a call, the calls to a server, or every call.
#include <cstdio>

#include "callmgr/pptpctl.hh"
#include "callmgr/pptpctl_manager.hh"

namespace callgate {
namespace {

HangUpRequest hang_up_request(const std::string& word) {
  HangUpRequest request;
  bool digits = !word.empty() && word.find_first_not_of("0123456789") == word.npos;
  if (word == "--all")
    request.all = true;
  else if (digits && word.size() <= 5 && std::stoul(word) <= UINT16_MAX && std::stoul(word) > 0)
    request.call_id = static_cast<uint16_t>(std::stoul(word));
  else if (!digits && word.rfind("-", 0) != 0)
    request.server = word;
  else
    throw UsageError{"hangup takes a call id, a server or --all, not '" + printable(word) + "'"};
  return request;
}

}  // namespace

int hangup_command(const Words& words) {
  if (words.size() != 1) throw UsageError{"hangup takes one call id, server or --all"};
  ManagerConversation manager;
  manager.send(hang_up_request(words[0]));
  auto count = manager.next<ListEnd>().count;
  fmt::print("{} call{} hung up\n", count, count == 1 ? "" : "s");
  return count > 0 || words[0] == "--all" ? 0 : kFailed;
}

}  // namespace callgate

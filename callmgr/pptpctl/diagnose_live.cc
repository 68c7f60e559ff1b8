// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl diagnose SERVER [--tunnel TUNNEL] [--json]: looks at the network and at this host.
#include <fmt/format.h>

#include <cstdio>

#include "callmgr/diagnose/live/files/tunnel_files.hh"
#include "callmgr/diagnose/live/live.hh"
#include "callmgr/pptpctl/commands.hh"
#include "callmgr/pptpctl/could_not_tell.hh"
#include "common/pppd/option_files.hh"
#include "common/system/os_error.hh"
#include "common/wire/bytes.hh"

namespace callgate {
namespace {

using namespace diagnose::live;

// Whether the command is about a server, and not about a log.
bool is_live(const Arguments& arguments) {
  return arguments.has("tunnel") || !arguments.operands().empty();
}

Question question_from(const Arguments& arguments) {
  for (auto* option :
       {"log", "journal", "redact", "no-redact", "report", "rules", "list", "explain"})
    if (arguments.has(option))
      throw UsageError{fmt::format(
          "diagnose: SERVER takes --tunnel TUNNEL, --json and --events, not --{}", option)};
  const auto& words = arguments.operands();
  Question question{.server = words.empty() ? "" : words[0],
                    .tunnel = arguments.value("tunnel"),
                    .json = arguments.has("json"),
                    .events = arguments.has("events")};
  if (!question.tunnel.empty() && !is_peers_name(question.tunnel))
    throw UsageError{"diagnose: --tunnel takes the name of a file in /etc/ppp/peers"};
  if (!question.tunnel.empty()) question.peers = load_peers(question.tunnel);
  if (question.server.empty()) question.server = question.peers.server();
  if (question.server.empty())
    throw UsageError{"diagnose: no server is given, and " + question.peers.path + " names none"};
  if (question.server.starts_with('-'))
    throw UsageError{"diagnose: a server's name does not begin with -"};
  return question;
}

}  // namespace

int diagnose_live_command(const Arguments& arguments) {
  return tell([&] {
    return static_cast<int>(
        diagnose_live(question_from(arguments), diagnose::RuleBase::load(CALLGATE_RULES_DIR)));
  });
}

int diagnose_command(const Arguments& arguments) {
  return is_live(arguments) ? diagnose_live_command(arguments) : diagnose_log_command(arguments);
}

}  // namespace callgate

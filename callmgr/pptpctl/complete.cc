// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl complete: what the shells' completion asks, with every press of TAB. Failures offer
// nothing, and are not said: there is a half typed line on the terminal.
#include <cstdio>
#include <filesystem>
#include <set>

#include "callmgr/diagnose/rule_base.hh"
#include "callmgr/pptpctl/completion.hh"
#include "callmgr/pptpctl/help_text.hh"
#include "callmgr/pptpctl/pptpctl.hh"
#include "common/channel/manager_conversation.hh"
#include "common/system/log.hh"

namespace callgate {
namespace {

constexpr const char* kPeers = "/etc/ppp/peers";

struct Held {
  Candidates calls, servers;
};

Held ask_manager() {
  ManagerConversation manager;
  manager.send(StatusRequest{});
  Held held;
  std::set<std::string> servers;
  std::string server;
  while (true) {
    auto message = manager.next();
    if (auto* connection = std::get_if<ConnectionInfo>(&message)) {
      server = printable(connection->server_name);
      servers.insert({server, connection->server.text()});
    } else if (auto* call = std::get_if<CallInfo>(&message)) {
      auto name = printable(call->name);
      held.calls.push_back(
          {std::to_string(value(call->call_id)), name.empty() ? server : server + " " + name});
    } else {
      for (const auto& name : servers) held.servers.push_back({name, ""});
      return held;
    }
  }
}

Candidates tunnels() {
  Candidates found;
  for (const auto& entry : std::filesystem::directory_iterator(kPeers)) {
    auto name = entry.path().filename().string();
    bool shown = !name.starts_with('.') && !name.ends_with('~') && printable(name) == name;
    if (shown && entry.is_regular_file()) found.push_back({name, ""});
  }
  return found;
}

Candidates rules() {
  Candidates found;
  auto base = diagnose::RuleBase::load(CALLGATE_RULES_DIR);
  for (const auto& rule : base.rules()) found.push_back({rule.id, rule.entry});
  return found;
}

Candidates log_levels() {
  Candidates found;
  for (auto name : log::level_names()) found.push_back({std::string(name), ""});
  return found;
}

std::string standard_input() {
  constexpr size_t kMost = 65536;  // bytes of a help text
  std::string text(kMost, '\0');
  text.resize(fread(text.data(), 1, text.size(), stdin));
  return text;
}

Candidates look_up(Kind kind) try {
  if (kind == Kind::tunnel) return tunnels();
  if (kind == Kind::rule) return rules();
  if (kind == Kind::log_level) return log_levels();
  auto held = ask_manager();
  if (kind == Kind::call) return held.calls;
  if (kind == Kind::server) return held.servers;
  held.calls.insert(held.calls.end(), held.servers.begin(), held.servers.end());
  return held.calls;
} catch (const std::exception&) {
  return {};
}

}  // namespace

int complete_command(const Arguments& arguments) {
  const auto& words = arguments.operands();
  Candidates candidates;
  if (arguments.has("--from-help"))
    candidates = complete(HelpText(standard_input()).command(), words, look_up);
  else
    candidates = complete(subcommands(), words, look_up);
  for (const auto& candidate : candidates) fmt::print("{}\t{}\n", candidate.word, candidate.what);
  return 0;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl status: what the call manager holds, as a table or as JSON.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "callmgr/pptpctl.hh"
#include "callmgr/pptpctl_manager.hh"
#include "config.hh"

namespace callgate {
namespace {

using Json = nlohmann::ordered_json;

struct Entry {
  ConnectionInfo connection;
  std::vector<CallInfo> calls;
};

std::vector<Entry> fetch_status() {
  ManagerConversation manager;
  manager.send(StatusRequest{});
  std::vector<Entry> entries;
  while (true) {
    auto message = manager.next();
    if (std::holds_alternative<ListEnd>(message)) return entries;
    if (auto* connection = std::get_if<ConnectionInfo>(&message))
      entries.push_back({std::move(*connection), {}});
    else if (auto* call = std::get_if<CallInfo>(&message); call && !entries.empty())
      entries.back().calls.push_back(std::move(*call));
  }
}

std::string duration(uint32_t seconds) {
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
  if (seconds < 86400) return fmt::format("{}h{:02}m", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{}d{:02}h", seconds / 86400, seconds / 3600 % 24);
}

Json to_json(const CallInfo& call) {
  return {{"call_id", value(call.call_id)},
          {"peer_call_id", value(call.peer_call_id)},
          {"state", call.state},
          {"name", printable(call.name)},
          {"uid", call.uid},
          {"pid", call.pid},
          {"age_seconds", call.age}};
}

Json to_json(const Entry& entry) {
  const auto& c = entry.connection;
  auto calls = Json::array();
  for (const auto& call : entry.calls) calls.push_back(to_json(call));
  return {{"id", c.id},
          {"server_name", printable(c.server_name)},
          {"server", c.server.text()},
          {"local", c.local.text()},
          {"state", c.state},
          {"peer_host_name", printable(c.peer_host_name)},
          {"peer_vendor", printable(c.peer_vendor)},
          {"peer_firmware", c.peer_firmware},
          {"maximum_channels", c.maximum_channels},
          {"age_seconds", c.age},
          {"echoes_sent", c.echoes_sent},
          {"echoes_answered", c.echoes_answered},
          {"wan_errors", c.wan_errors},
          {"refused_calls", c.refused_calls},
          {"host_route", c.host_route},
          {"calls", std::move(calls)}};
}

void print_json(const std::vector<Entry>& entries) {
  Json connections = Json::array();
  for (const auto& entry : entries) connections.push_back(to_json(entry));
  Json whole{{"version", CALLGATE_VERSION}, {"connections", std::move(connections)}};
  fmt::print("{}\n", whole.dump(2));
}

void print_table(const std::vector<Entry>& entries) {
  if (entries.empty()) return fmt::print("no control connections\n");
  fmt::print("{:<32} {:>6} {:>6} {:<20} {:>8} {:>6} {:>8}  {}\n", "SERVER", "CALL", "PEER", "STATE",
             "AGE", "UID", "PID", "NAME");
  for (const auto& [connection, calls] : entries) {
    auto server = printable(connection.server_name);
    if (auto text = connection.server.text(); text != server) server += " " + text;
    if (calls.empty())
      fmt::print("{:<32} {:>6} {:>6} {:<20} {:>8}\n", server, "-", "-", connection.state,
                 duration(connection.age));
    for (const auto& call : calls)
      fmt::print("{:<32} {:>6} {:>6} {:<20} {:>8} {:>6} {:>8}  {}\n", server, value(call.call_id),
                 value(call.peer_call_id), call.state, duration(call.age), call.uid, call.pid,
                 printable(call.name));
  }
}

}  // namespace

int status_command(const Arguments& arguments) {
  std::vector<Entry> entries;
  try {
    entries = fetch_status();
  } catch (const OsError& error) {
    // Started on demand, and not needed now: nothing is up, and that is an answer.
    auto code = error.code().value();
    if (code != ENOENT && code != ECONNREFUSED) throw;
    fmt::print(stderr, "pptpctl: no call manager is running at {}\n", callmgr_socket_path());
  }
  arguments.has("--json") ? print_json(entries) : print_table(entries);
  return 0;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl: asks the call manager what it holds, and hangs up calls. See pptpctl(1).
#include <sys/socket.h>

#include <cstdio>
#include <cstring>
#include <functional>
#include <nlohmann/json.hpp>

#include "common/channel.hh"
#include "common/os_error.hh"
#include "config.hh"

namespace callgate {
namespace {

using Words = std::vector<std::string>;
using Json = nlohmann::ordered_json;

constexpr int kFailed = 1, kUsage = 2;
constexpr timeval kPatience{.tv_sec = 10, .tv_usec = 0};  // for the manager's next record

struct Entry {
  ConnectionInfo connection;
  std::vector<CallInfo> calls;
};

// A conversation with the call manager, which must greet us first.
class Manager {
 public:
  Manager() : path_(callmgr_socket_path()), channel_(Channel::connect(path_)) {
    check(setsockopt(channel_.fd(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience),
          "set a time limit");
    next<Welcome>();
  }

  void send(const ChannelMessage& message) {
    if (!channel_.send(message)) throw OsError(EPIPE, "ask the call manager at " + path_);
  }

  ChannelMessage next() {
    auto received = channel_.receive();
    if (auto* message = std::get_if<ChannelMessage>(&received)) return std::move(*message);
    bool silent = std::holds_alternative<Channel::Nothing>(received);
    throw OsError(silent ? ETIMEDOUT : EPROTO, "hear from the call manager at " + path_);
  }

  template <typename Message>
  Message next() {
    auto message = next();
    if (auto* wanted = std::get_if<Message>(&message)) return std::move(*wanted);
    throw OsError(EPROTO, "understand the call manager at " + path_);
  }

 private:
  std::string path_;
  Channel channel_;
};

std::vector<Entry> fetch_status() {
  Manager manager;
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

// --- subcommands -----------------------------------------------------------------------------

struct UsageError {
  std::string what;
};

int status(const Words& words) {
  bool json = false;
  for (const auto& word : words) {
    if (word != "--json") throw UsageError{"status takes --json, not '" + printable(word) + "'"};
    json = true;
  }
  std::vector<Entry> entries;
  try {
    entries = fetch_status();
  } catch (const OsError& error) {
    // Started on demand, and not needed now: nothing is up, and that is an answer.
    auto code = error.code().value();
    if (code != ENOENT && code != ECONNREFUSED) throw;
    fmt::print(stderr, "pptpctl: no call manager is running at {}\n", callmgr_socket_path());
  }
  json ? print_json(entries) : print_table(entries);
  return 0;
}

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

int hangup(const Words& words) {
  if (words.size() != 1) throw UsageError{"hangup takes one call id, server or --all"};
  Manager manager;
  manager.send(hang_up_request(words[0]));
  auto count = manager.next<ListEnd>().count;
  fmt::print("{} call{} hung up\n", count, count == 1 ? "" : "s");
  return count > 0 || words[0] == "--all" ? 0 : kFailed;
}

int version(const Words&) {
  fmt::print("pptpctl version {}\n", CALLGATE_VERSION);
  return 0;
}

int help(const Words&);

struct Subcommand {
  const char* name;
  const char* arguments;
  const char* what;
  std::function<int(const Words&)> run;
};

const std::vector<Subcommand>& subcommands() {
  static const std::vector<Subcommand> kTable{
      {"status", "[--json]", "control connections and their calls (also without a word)", status},
      {"hangup", "CALL|SERVER|--all", "end a call, the calls to a server, or every call", hangup},
      {"version", "", "the version", version},
      {"help", "", "this list", help}};
  return kTable;
}

int help(const Words&) {
  fmt::print("Usage: pptpctl [SUBCOMMAND]\n");
  for (const auto& command : subcommands())
    fmt::print("  {:<8} {:<18} {}\n", command.name, command.arguments, command.what);
  fmt::print("See pptpctl(1).\n");
  return 0;
}

int run(Words words) {
  if (words.empty()) words.push_back("status");
  if (words[0] == "--help") words[0] = "help";
  if (words[0] == "--version") words[0] = "version";
  for (const auto& command : subcommands())
    if (words[0] == command.name) return command.run({words.begin() + 1, words.end()});
  throw UsageError{"there is no subcommand '" + printable(words[0]) + "': see pptpctl help"};
}

}  // namespace
}  // namespace callgate

int main(int argc, char** argv) {
  using namespace callgate;
  try {
    return run({argv + 1, argv + argc});
  } catch (const UsageError& error) {
    fmt::print(stderr, "pptpctl: {}\n", error.what);
    return kUsage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "pptpctl: cannot {}\n", error.what());
    return kFailed;
  }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl wait: waits until a tunnel has its addresses, routes and name servers.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "callmgr/pptpctl/commands.hh"
#include "callmgr/pptpctl/up_file.hh"

namespace callgate {
namespace {

using Steady = std::chrono::steady_clock;

constexpr uint32_t kTime = 120;  // s, as TimeoutStartSec in pptp@.service
constexpr auto kPause = std::chrono::milliseconds(50);

void print_json(const std::string& tunnel, const UpFile& up) {
  nlohmann::ordered_json object{
      {"tunnel", tunnel},          {"state", up.missing.empty() ? "up" : "without routes"},
      {"interface", up.interface}, {"address", up.address},
      {"peer", up.peer},           {"server", up.server},
      {"pid", up.process},         {"missing", up.missing}};
  constexpr auto kReplace = nlohmann::json::error_handler_t::replace;  // what is no UTF-8
  fmt::print("{}\n", object.dump(-1, ' ', false, kReplace));
}

}  // namespace

int wait_command(const Arguments& arguments) {
  const auto& words = arguments.operands();
  if (words.size() != 1) throw UsageError{"wait: takes the name of one tunnel"};
  const auto& tunnel = words[0];
  auto path = up_file_path(tunnel);
  if (!path) throw UsageError{fmt::format("wait: '{}' is no name of a tunnel", printable(tunnel))};
  auto seconds = arguments.number("timeout").value_or(kTime);
  auto end = Steady::now() + std::chrono::seconds(seconds);
  std::optional<UpFile> up;
  while (!(up = read_up_file(*path)) && Steady::now() < end) std::this_thread::sleep_for(kPause);
  if (!up) {
    fmt::print(
        stderr,
        "pptpctl: the tunnel {} is not up after {} s: there is no {}. Look at its log, or run "
        "'pptpctl diagnose --journal'\n",
        tunnel, seconds, *path);
    return kFailed;
  }
  bool json = arguments.has("json"), whole = up->missing.empty();
  if (json)
    print_json(tunnel, *up);
  else if (whole)
    fmt::print("{}: up: {}, {}, to {}, server {}\n", tunnel, up->interface, up->address, up->peer,
               printable(up->server));
  if (!whole)
    fmt::print(stderr,
               "pptpctl: the tunnel {} is up ({}), but without these networks: {}. The lines of "
               "callgate-routes in the log say why (journalctl -t callgate-routes)\n",
               tunnel, up->interface, printable(fmt::format("{}", fmt::join(up->missing, ", "))));
  return whole ? 0 : kFailed;
}

}  // namespace callgate

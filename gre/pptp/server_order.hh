// SPDX-License-Identifier: GPL-2.0-or-later
// In which order the servers of a tunnel are tried. Pure.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {

// A server that was tried within this time comes after all others, so that a server that takes
// calls but then fails does not keep a tunnel from the next one.
constexpr uint64_t kServerPause = 60;  // s

struct TriedServer {
  uint64_t at = 0;       // s of CLOCK_BOOTTIME
  uint32_t process = 0;  // the pppd, or the tunnel process, that dialled
  std::string server;
  bool operator==(const TriedServer&) const = default;
};
// Each server once, the one that was tried last at the end.
using TriedServers = std::vector<TriedServer>;

// One line "AT PROCESS SERVER" for each server. Other lines are ignored.
TriedServers parse_tried_servers(std::string_view text);
std::string tried_servers_text(const TriedServers& tried);

TriedServers with_tried(TriedServers tried, const TriedServer& now);

// With `random`, the servers are shuffled first. A server that rests comes after those that do not,
// and the one that was tried last comes last.
std::vector<std::string> server_order(std::vector<std::string> servers, const TriedServers& tried,
                                      uint64_t now, std::mt19937* random);

}  // namespace callgate

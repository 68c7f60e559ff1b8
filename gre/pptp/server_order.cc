// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/server_order.hh"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace callgate {
namespace {

// Takes the number and the blank after it from the beginning of `line`.
template <typename T>
bool take_number(std::string_view& line, T& number) {
  const char* end = line.data() + line.size();
  auto read = std::from_chars(line.data(), end, number);
  if (read.ec != std::errc() || read.ptr == end || *read.ptr != ' ') return false;
  line.remove_prefix(static_cast<size_t>(read.ptr - line.data()) + 1);
  return true;
}

std::optional<TriedServer> parse_line(std::string_view line) {
  TriedServer tried;
  if (!take_number(line, tried.at) || !take_number(line, tried.process) || line.empty())
    return std::nullopt;
  tried.server = line;
  return tried;
}

// 0 if the server does not rest. Its place in `tried` decides if two were tried in one second.
size_t rest(const std::string& server, const TriedServers& tried, uint64_t now) {
  auto found = std::ranges::find(tried, server, &TriedServer::server);
  if (found == tried.end() || found->at > now || now - found->at >= kServerPause) return 0;
  return static_cast<size_t>(found - tried.begin()) + 1;
}

}  // namespace

TriedServers parse_tried_servers(std::string_view text) {
  TriedServers tried;
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (auto read = parse_line(line)) tried.push_back(std::move(*read));
  }
  return tried;
}

std::string tried_servers_text(const TriedServers& tried) {
  std::string text;
  for (const auto& [at, process, server] : tried)
    if (server.find('\n') == server.npos) text += fmt::format("{} {} {}\n", at, process, server);
  return text;
}

TriedServers with_tried(TriedServers tried, const TriedServer& now) {
  std::erase_if(tried, [&](const TriedServer& old) { return old.server == now.server; });
  tried.push_back(now);
  return tried;
}

std::vector<std::string> server_order(std::vector<std::string> servers, const TriedServers& tried,
                                      uint64_t now, std::mt19937* random) {
  if (random) std::ranges::shuffle(servers, *random);
  std::ranges::stable_sort(servers, {},
                           [&](const std::string& server) { return rest(server, tried, now); });
  return servers;
}

}  // namespace callgate

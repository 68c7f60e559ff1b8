// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/up_file.hh"

#include <fmt/format.h>
#include <net/if.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

namespace callgate {

std::optional<std::string> up_file_path(const std::string& tunnel) {
  constexpr size_t kLongest = 64;  // of pptpsetup
  constexpr const char* kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  bool possible = !tunnel.empty() && tunnel.size() <= kLongest && tunnel[0] != '.' &&
                  tunnel.find_first_not_of(kAllowed) == tunnel.npos;
  if (!possible) return std::nullopt;
  return fmt::format("/run/callgate-{}.up", tunnel);
}

std::optional<UpFile> parse_up_file(const std::string& text) {
  UpFile file;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    auto blank = std::min(line.find(' '), line.size());
    auto word = line.substr(0, blank), value = line.substr(std::min(blank + 1, line.size()));
    auto number = static_cast<uint32_t>(std::strtoul(value.c_str(), nullptr, 10));
    if (word == "interface") file.interface = value;
    if (word == "address") file.address = value;
    if (word == "peer") file.peer = value;
    if (word == "server") file.server = value;
    if (word == "dns") file.dns = value;
    if (word == "terminal") file.terminals.push_back(value);
    if (word == "missing") file.missing.push_back(value);
    if (word == "index") file.index = number;
    if (word == "process") file.process = number;
  }
  if (file.interface.empty() || file.index == 0) return std::nullopt;
  return file;
}

std::optional<UpFile> read_up_file(const std::string& path) {
  std::ifstream file(path);
  auto found = parse_up_file({std::istreambuf_iterator<char>(file), {}});
  if (found && if_nametoindex(found->interface.c_str()) != found->index) return std::nullopt;
  return found;
}

}  // namespace callgate

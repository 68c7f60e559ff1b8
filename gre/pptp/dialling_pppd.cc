// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/dialling_pppd.hh"

#include <array>
#include <cerrno>
#include <cstdlib>

#include "common/pppd/option_files.hh"
#include "common/system/process_stat.hh"

namespace callgate {

PppdProcess dialling_pppd(pid_t process) {
  constexpr int kMostBetween = 4;  // ancestors that are looked at
  for (int i = 0; i < kMostBetween && process > 0; i++) {
    auto stat = process_stat(process);
    if (!stat) break;
    if (stat->name == "pppd") return {static_cast<uint32_t>(process), stat->started};
    process = stat->parent;
  }
  return {};
}

// pppd takes the last of several. The reader knows which words are values of other options.
std::string called_tunnel(const std::vector<std::string>& command_line) {
  if (command_line.empty()) return {};
  OptionLoader load_nothing = [](const std::string&) { return OptionText{"", ENOENT}; };
  OptionReader reader(load_nothing);
  reader.read_words({command_line.begin() + 1, command_line.end()});
  std::string tunnel;
  for (const auto& option : reader.options())
    if (option.name.text == "call" && is_peers_name(option.value.text)) tunnel = option.value.text;
  return tunnel.size() <= kMaxChannelText ? tunnel : "";
}

std::string terminal_of_pppd(int fd) {
  std::array<char, 64> name{};
  return ptsname_r(fd, name.data(), name.size()) == 0 ? name.data() : "";
}

}  // namespace callgate

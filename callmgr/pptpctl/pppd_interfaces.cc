// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/pppd_interfaces.hh"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "callmgr/pptpctl/up_file.hh"
#include "common/system/process_stat.hh"

namespace callgate {
namespace {

// A user may claim any pppd and any terminal. The call of a user has a pppd that this user has
// started.
bool is_users(uint32_t process, const CallInfo& call) {
  return call.uid == 0 || real_user_of(static_cast<pid_t>(process)) == call.uid;
}

}  // namespace

// The file of a linkname, ppp-NAME.pid, has a second line, and the interface's own file is beside
// it.
PppdInterfaces::PppdInterfaces(const std::string& directory) {
  std::error_code ignored;  // then no file is found
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    if (entry.path().extension() != ".pid") continue;
    std::ifstream file(entry.path());
    uint32_t pid = 0;
    std::string more;
    if (file >> pid && !(file >> more)) by_pid_.emplace(pid, entry.path().stem());
  }
}

std::string PppdInterfaces::of(const CallInfo& call) const {
  if (!call.interface.empty()) return call.interface;
  auto interface = of_pppd(call);
  return interface.empty() ? of_terminal(call) : interface;
}

// A killed pppd leaves its file behind. If a later pppd has got the same pid, there are two files.
std::string PppdInterfaces::of_pppd(const CallInfo& call) const {
  uint32_t pid = call.pppd.pid;
  auto [first, last] = by_pid_.equal_range(pid);
  if (std::distance(first, last) != 1) return {};
  auto stat = process_stat(static_cast<pid_t>(pid));
  return stat && stat->started == call.pppd.started && is_users(pid, call) ? first->second : "";
}

// With updetach, another process goes on for pppd when the link is up. ip-up then writes down which
// terminals this process has open.
std::string PppdInterfaces::of_terminal(const CallInfo& call) const {
  auto path = up_file_path(call.tunnel);
  if (call.terminal.empty() || !path) return {};
  auto up = read_up_file(*path);
  if (!up || !is_users(up->process, call)) return {};
  return std::ranges::find(up->terminals, call.terminal) == up->terminals.end() ? ""
                                                                                : up->interface;
}

}  // namespace callgate

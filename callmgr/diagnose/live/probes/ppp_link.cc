// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/probes/ppp_link.hh"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>

#include <algorithm>
#include <memory>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/child.hh"
#include "callmgr/diagnose/live/manager_calls.hh"
#include "common/wire/bytes.hh"

namespace callgate::diagnose::live {
namespace {

constexpr Duration kManagerWithin{2'000};

bool is_server(const Case& the_case, const std::string& word) {
  if (word == the_case.server) return true;
  return std::any_of(the_case.addresses.begin(), the_case.addresses.end(),
                     [&](const IpAddress& address) { return address.text() == word; });
}

std::vector<std::string> words_of(const std::string& text, const char* separators) {
  std::vector<std::string> words;
  for (size_t start = 0; start < text.size();) {
    auto end = std::min(text.find_first_of(separators, start), text.size());
    if (end > start) words.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

// The PPP peer of the interface has the server's own address (S48, the fourth way).
bool peer_is_server(const Case& the_case, const std::string& interface) {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return false;
  std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, freeifaddrs);
  for (; list; list = list->ifa_next) {
    if (list->ifa_name != interface || !list->ifa_dstaddr) continue;
    if (!(list->ifa_flags & IFF_POINTOPOINT) && interface.rfind("ppp", 0) != 0) continue;
    auto peer = IpAddress::from(list->ifa_dstaddr);
    if (peer && is_server(the_case, peer->text())) return true;
  }
  return false;
}

// Whether the process is a pptp for that server, by its command line or by the call manager.
bool is_pptp_to_server(const Case& the_case, const std::string& pid,
                       const std::vector<ManagerCall>& calls) {
  for (const auto& call : calls)
    if (std::to_string(call.info.pid) == pid && is_server(the_case, call.server.text()))
      return true;
  auto line = read_file(fmt::format("/proc/{}/cmdline", pid), 65536).text;
  std::replace(line.begin(), line.end(), '\0', ' ');
  auto words = words_of(line, " '\"");
  return line.find("pptp") != line.npos &&
         std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return is_server(the_case, word); });
}

std::vector<std::string> children_of(const std::string& pid) {
  return words_of(read_file(fmt::format("/proc/{0}/task/{0}/children", pid), 4096).text, " \n");
}

// Whether the pppd of the interface runs pptp. pppd writes its pid into a file, and pptp is its
// child or the child of a shell that it has started.
bool carried_by_pptp(const Case& the_case, const std::string& interface) {
  auto pid = words_of(read_file("/run/" + interface + ".pid", 64).text, " \n");
  if (pid.empty() || pid[0].find_first_not_of("0123456789") != std::string::npos) return false;
  auto calls =
      calls_of_manager(the_case.within(kManagerWithin)).value_or(std::vector<ManagerCall>{});
  for (const auto& child : children_of(pid[0])) {
    if (is_pptp_to_server(the_case, child, calls)) return true;
    for (const auto& grandchild : children_of(child))
      if (is_pptp_to_server(the_case, grandchild, calls)) return true;
  }
  return false;
}

}  // namespace

std::string leads_back(const Case& the_case, const std::string& interface) {
  if (peer_is_server(the_case, interface))
    return "a tunnel whose other end calls itself by the server's own address";
  if (carried_by_pptp(the_case, interface)) return "a tunnel to that same server";
  return {};
}

}  // namespace callgate::diagnose::live

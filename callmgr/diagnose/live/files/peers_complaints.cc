// SPDX-License-Identifier: GPL-2.0-or-later
// What is known to go wrong with options that are well formed.
#include <fmt/format.h>

#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/files/peers_file.hh"

namespace callgate::diagnose::live {
namespace {

// Names of options that a patched pppd had before version 2.4.2.
constexpr std::pair<const char*, const char*> kOldNames[] = {
    {"mppe-40", "require-mppe-40"},        {"mppe-128", "require-mppe-128"},
    {"mppe-stateless", "nomppe-stateful"}, {"require-chapms-v2", "require-mschap-v2"},
    {"chapms-strip-domain", "nothing"},    {"mppe", "require-mppe"}};

void check_pty(const PeersFile& peers, Complaints& complaints) {
  bool pptp = !peers.pty.empty() && peers.pty[0].find("pptp") != std::string::npos;
  if (!pptp)
    complaints.push_back(failure("peers-no-pty",
                                 fmt::format("{} has no line that starts pptp", peers.path),
                                 peers.server()));
  else if (!peers.pty_has("--nolaunchpppd"))
    complaints.push_back(failure("peers-no-nolaunchpppd",
                                 fmt::format("the pty line of {} lacks --nolaunchpppd", peers.path),
                                 peers.pty[0], peers.server()));
}

void check_sync(const PeersFile& peers, Complaints& complaints) {
  bool pppd = peers.has("sync"), pptp = peers.pty_has("--sync");
  if (pppd == pptp || peers.pty.empty()) return;
  complaints.push_back(
      failure("peers-sync-mismatch",
              fmt::format("{} has sync for {} only", peers.path, pppd ? "pppd" : "pptp")));
}

void check_mppe(const PeersFile& peers, Complaints& complaints) {
  const char* wanted = nullptr;
  for (auto option : {"require-mppe", "require-mppe-40", "require-mppe-128"})
    if (peers.has(option)) wanted = option;
  if (!wanted) return;
  for (auto option : {"refuse-mschap-v2", "nomppe", "noccp"})
    if (peers.has(option))
      complaints.push_back(failure("peers-mppe-impossible",
                                   fmt::format("{} has both {} and {}", peers.path, wanted, option),
                                   wanted, option));
}

void check_old_names(const PeersFile& peers, Complaints& complaints) {
  for (auto [old, now] : kOldNames)
    if (peers.has(old))
      complaints.push_back(
          failure("peers-old-option",
                  fmt::format("{} has the option {}, which pppd does not know", peers.path, old),
                  old, now));
}

void check_require_auth(const PeersFile& peers, Complaints& complaints) {
  for (auto option : {"auth", "require-pap", "require-chap", "require-mschap", "require-mschap-v2",
                      "require-eap"}) {
    if (!peers.has(option) || (peers.has("noauth") && std::string_view(option) == "auth")) continue;
    complaints.push_back(
        failure("peers-require-auth",
                fmt::format("{} has {}, which demands that the server name itself to us",
                            peers.path, option),
                option));
  }
}

void check_debug(const PeersFile& peers, Complaints& complaints) {
  auto to = peers.value("logfd");
  if (!peers.has("debug") || (to != "0" && to != "1")) return;
  complaints.push_back(
      failure("peers-debug-into-pty", fmt::format("{} has debug, and logfd {}", peers.path, to)));
}

}  // namespace

Complaints complaints(const PeersFile& peers) {
  Complaints complaints = peers.of_words;
  for (auto check :
       {check_pty, check_sync, check_mppe, check_old_names, check_require_auth, check_debug})
    check(peers, complaints);
  return complaints;
}

}  // namespace callgate::diagnose::live

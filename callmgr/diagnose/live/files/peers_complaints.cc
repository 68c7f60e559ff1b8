// SPDX-License-Identifier: GPL-2.0-or-later
// What is known to go wrong with options that each are well formed.
#include <fmt/format.h>

#include "callmgr/diagnose/live/files/peers_file.hh"

namespace callgate::diagnose::live {
namespace {

using Complaints = std::vector<Complaint>;

// The names that a patched pppd had, before 2.4.2.
constexpr std::pair<const char*, const char*> kOldNames[] = {
    {"mppe-40", "require-mppe-40"},        {"mppe-128", "require-mppe-128"},
    {"mppe-stateless", "nomppe-stateful"}, {"require-chapms-v2", "require-mschap-v2"},
    {"chapms-strip-domain", "nothing"},    {"mppe", "require-mppe"}};

void check_pty(const PeersFile& peers, Complaints& complaints) {
  auto file = peers.path;
  bool pptp = !peers.pty.empty() && peers.pty[0].find("pptp") != std::string::npos;
  if (!pptp)
    complaints.push_back({fmt::format("{} has no line that starts pptp", file),
                          "pppd has nobody who would carry its packets.",
                          fmt::format("Add it:\n  pty \"pptp {} --nolaunchpppd\"",
                                      peers.server().empty() ? "SERVER" : peers.server()),
                          "peers-no-pty", "S18"});
  else if (!peers.pty_has("--nolaunchpppd"))
    complaints.push_back({fmt::format("the pty line of {} lacks --nolaunchpppd", file),
                          "Without it pptp starts a second pppd in place of working for the first.",
                          fmt::format("Change the line:\n  pty \"{} {} --nolaunchpppd\"",
                                      peers.pty[0], peers.server()),
                          "peers-no-nolaunchpppd", "S18"});
}

void check_sync(const PeersFile& peers, Complaints& complaints) {
  bool pppd = peers.has("sync"), pptp = peers.pty_has("--sync");
  if (pppd == pptp || peers.pty.empty()) return;
  complaints.push_back(
      {fmt::format("{} has sync for {} only", peers.path, pppd ? "pppd" : "pptp"),
       "Where one side is synchronous and the other is not, neither understands the other.",
       pppd ? "Remove sync, or add it to the pty line:\n  pty \"pptp SERVER --nolaunchpppd --sync\""
            : "Remove --sync from the pty line, or add a line:\n  sync",
       "peers-sync-mismatch", "S26c"});
}

void check_mppe(const PeersFile& peers, Complaints& complaints) {
  const char* wanted = nullptr;
  for (auto option : {"require-mppe", "require-mppe-40", "require-mppe-128"})
    if (peers.has(option)) wanted = option;
  if (!wanted) return;
  for (auto option : {"refuse-mschap-v2", "nomppe", "noccp"})
    if (peers.has(option))
      complaints.push_back(
          {fmt::format("{} has both {} and {}", peers.path, wanted, option),
           "MPPE's keys come from MS-CHAP, and it is agreed on by CCP: without them there is none.",
           fmt::format("Remove the line:\n  {}", option), "peers-mppe-impossible", "S37"});
}

void check_old_names(const PeersFile& peers, Complaints& complaints) {
  for (auto [old, now] : kOldNames)
    if (peers.has(old))
      complaints.push_back(
          {fmt::format("{} has the option {}, which pppd does not know", peers.path, old),
           "That is the name which a pppd with patches of its own had.",
           fmt::format("Use today's name:\n  {}", now), "peers-old-option", "S38"});
}

void check_require_auth(const PeersFile& peers, Complaints& complaints) {
  for (auto option : {"auth", "require-pap", "require-chap", "require-mschap", "require-mschap-v2",
                      "require-eap"}) {
    if (!peers.has(option) || (peers.has("noauth") && std::string_view(option) == "auth")) continue;
    complaints.push_back({fmt::format("{} has {}, which demands that the server name itself to us",
                                      peers.path, option),
                          "On a client that is wrong: hardly a server does it. What the client "
                          "must not offer is said by"
                          " refuse-pap, refuse-chap and their like.",
                          fmt::format("Remove {}, and add:\n  noauth", option),
                          "peers-require-auth", "S23"});
  }
}

void check_debug(const PeersFile& peers, Complaints& complaints) {
  auto to = peers.value("logfd");
  if (!peers.has("debug") || (to != "0" && to != "1")) return;
  complaints.push_back({fmt::format("{} has debug, and logfd {}", peers.path, to),
                        "pppd's messages go into the line to pptp, and out to the server.",
                        "Send them elsewhere:\n  logfd 2", "peers-debug-into-pty", "S26f"});
}

}  // namespace

std::vector<Complaint> complaints(const PeersFile& peers) {
  Complaints complaints = peers.of_words;
  for (auto check :
       {check_pty, check_sync, check_mppe, check_old_names, check_require_auth, check_debug})
    check(peers, complaints);
  return complaints;
}

}  // namespace callgate::diagnose::live

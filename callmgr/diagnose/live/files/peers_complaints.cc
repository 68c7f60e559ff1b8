// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/files/peers_complaints.hh"

#include <fmt/format.h>

#include <cstring>

#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/words.hh"
#include "common/command_line/shell_quote.hh"

namespace callgate::diagnose::live {
namespace {

// Names of options that a patched pppd had before version 2.4.2.
constexpr std::pair<const char*, const char*> kOldNames[] = {
    {"mppe-40", "require-mppe-40"},        {"mppe-128", "require-mppe-128"},
    {"mppe-stateless", "nomppe-stateful"}, {"require-chapms-v2", "require-mschap-v2"},
    {"chapms-strip-domain", "nothing"},    {"mppe", "require-mppe"}};

void check_word(const ReadOption& read, Complaints& complaints) {
  const auto& option = read.name.text;
  const auto& word = read.value.text.empty() && !read.value.quoted_to_end ? read.name : read.value;
  auto where = fmt::format("line {} of {}", word.line, read.path);
  if (word.quoted_to_end)
    complaints.push_back(failure("peers-open-quote",
                                 fmt::format("{}: a quote is opened and never closed", where),
                                 std::to_string(word.line), shell_quote(read.path)));
  if (word.cut_by_comment)
    complaints.push_back(failure("peers-unquoted-hash",
                                 fmt::format("{}: the value of {} is cut off by #", where, option),
                                 option));
  bool identity = option == "name" || option == "user" || option == "remotename";
  if (identity && word.text.find("\\\\") != word.text.npos)
    complaints.push_back(failure(
        "peers-four-backslashes",
        fmt::format("{}: {} has two backslashes left, after pppd has read it", where, option),
        option));
  if (identity && word.lost_backslash)
    complaints.push_back(failure(
        "peers-lost-backslash",
        fmt::format("{}: the backslash in the value of {} is lost", where, option), option));
}

void check_pty(const PeersFile& peers, Complaints& complaints) {
  if (peers.has_kernel_plugin()) return;
  if (!peers.has("pty"))
    complaints.push_back(failure("peers-no-pty",
                                 fmt::format("{} has no line that starts pptp", peers.path),
                                 peers.server()));
  else if (!peers.pty.empty() && !peers.pty_has("--nolaunchpppd"))
    complaints.push_back(failure("peers-no-nolaunchpppd",
                                 fmt::format("the pty line of {} lacks --nolaunchpppd", peers.path),
                                 peers.pty[0], peers.server()));
}

void check_server(const PeersFile& peers, Complaints& complaints) {
  auto server = peers.server(), name = bare_server_name(server);
  if (server != name)
    complaints.push_back(failure("server-not-a-name",
                                 fmt::format("{} names the server {}", peers.path, server), name));
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
  static constexpr std::string_view kNoMppe = "nomppe";
  for (auto option : {"refuse-mschap-v2", "nomppe", "noccp"})
    if (peers.has_after(option, wanted) || (peers.has(option) && option != kNoMppe))
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
    if (!peers.has_after(option, "noauth")) continue;
    complaints.push_back(
        failure("peers-require-auth",
                fmt::format("{} has {}, which demands that the server name itself to us",
                            peers.path, option),
                option));
  }
}

constexpr int kOptionError = 2;  // pppd's exit status

// The last line of pppd, without its name. What pppd quotes may be a part of a password.
std::string complaint_of(std::string said, bool secret) {
  while (said.ends_with('\n')) said.pop_back();
  auto line = said.substr(said.rfind('\n') + 1);
  if (line.starts_with("pppd: ")) line.erase(0, 6);
  auto quote = line.find('\''), last = line.rfind('\'');
  if (secret && quote != last) line.replace(quote + 1, last - quote - 1, "...");
  return line;
}

}  // namespace

Complaints complaints(const PeersFile& peers) {
  Complaints complaints;
  for (const auto& option : peers.read) check_word(option, complaints);
  for (auto check :
       {check_pty, check_server, check_sync, check_mppe, check_old_names, check_require_auth})
    check(peers, complaints);
  return complaints;
}

std::optional<Result> pppd_objection(const PeersFile& peers, int status, const std::string& said) {
  if (status != kOptionError) return std::nullopt;
  auto seen = complaint_of(said, peers.has("password"));
  if (peers.has_kernel_plugin() && said.find("plugin") != said.npos)
    return failure("peers-kernel-plugin",
                   fmt::format("{} makes the call with a plugin, which pppd does not have: {}",
                               peers.path, seen),
                   peers.server());
  return failure("peers-pppd-objects", fmt::format("pppd does not accept {}: {}", peers.path, seen),
                 shell_quote(peers.path.substr(std::strlen(kPeers))));
}

}  // namespace callgate::diagnose::live

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/files/tunnel_files.hh"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstring>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/child.hh"
#include "callmgr/diagnose/live/files/secrets_file.hh"
#include "callmgr/diagnose/live/probes.hh"

namespace callgate::diagnose::live {
namespace {

constexpr const char* kSecrets = "/etc/ppp/chap-secrets";

Result from(const std::vector<Complaint>& complaints) {
  const auto& first = complaints.front();
  auto seen = first.seen;
  for (size_t i = 1; i < complaints.size(); i++) seen += "; " + complaints[i].seen;
  return {Outcome::fail, seen, first.cause, first.remedy, first.rule, first.entry};
}

Result unreadable(const std::string& path, int error) {
  auto seen = fmt::format("cannot read {}: {}", path, std::strerror(error));
  if (error != ENOENT) return unknown(seen);
  return {.outcome = Outcome::fail,
          .seen = seen,
          .cause = "There is no such file, so pppd cannot be started with it.",
          .remedy = fmt::format(
              "See which there are, or make it:\n  ls {}\n  pptpsetup --create NAME --server SERVER"
              " --username USER --encrypt",
              path.substr(0, path.rfind('/') + 1)),
          .rule = "no-such-file"};
}

}  // namespace

PeersFile load_peers(const std::string& tunnel) {
  return parse_peers("/etc/ppp/peers/" + tunnel, [](const std::string& path) {
    auto file = read_file(path);
    return PeersText{file.text, file.error};
  });
}

Result probe_peers(Case& the_case) {
  const auto& peers = the_case.peers;
  if (peers.error) return unreadable(peers.path, peers.error);
  if (auto list = complaints(peers); !list.empty()) return from(list);
  if (auto program = peers.pty[0]; find_program(program).empty())
    return from(
        {{fmt::format("the pty line of {} starts {}, which is not installed", peers.path, program),
          "pppd cannot start it, and hangs up at once.",
          fmt::format("Name the one that is there:\n  pty \"{} {} --nolaunchpppd\"", CALLGATE_PPTP,
                      peers.server()),
          "pptp-not-found", "S18"}});
  if (peers.server() != the_case.server)
    return pass(fmt::format("{} is in order, but dials {} and not {}", peers.path, peers.server(),
                            the_case.server));
  return pass(fmt::format("{} is in order, as far as can be seen", peers.path));
}

Result probe_secrets(Case& the_case) {
  const auto& peers = the_case.peers;
  if (peers.has("password"))
    return pass("the password is among pppd's options; no entry in the secrets is needed");
  auto file = read_file(kSecrets);
  if (file.error) return unreadable(kSecrets, file.error);
  struct stat status {};
  bool open = stat(kSecrets, &status) == 0 && status.st_mode & (S_IROTH | S_IWOTH);
  auto name = peers.has("user") ? peers.value("user") : peers.value("name");
  auto check = check_secrets(kSecrets, file.text, open, name, peers.value("remotename"));
  if (!check.complaints.empty()) return from(check.complaints);
  return pass(fmt::format("line {} of {} is for this tunnel", check.line, kSecrets));
}

}  // namespace callgate::diagnose::live

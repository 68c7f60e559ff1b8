// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/files/tunnel_files.hh"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/child.hh"
#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/files/secrets_complaints.hh"
#include "callmgr/diagnose/live/probes.hh"

namespace callgate::diagnose::live {
namespace {

constexpr Duration kDryRunWithin{1'500};
constexpr const char* kSecrets = "/etc/ppp/chap-secrets";

// One failure for all complaints: the first is explained, and all are listed.
Result from(Complaints complaints) {
  auto first = std::move(complaints.front());
  for (size_t i = 1; i < complaints.size(); i++) first.seen += "; " + complaints[i].seen;
  return first;
}

Result unreadable(const std::string& path, int error) {
  auto seen = fmt::format("cannot read {}: {}", path, std::strerror(error));
  if (error != ENOENT) return unknown(seen);
  return failure("no-such-file", seen, path.substr(0, path.rfind('/') + 1));
}

// Only root may have pppd read these files.
std::optional<Result> ask_pppd(Case& the_case) {
  if (geteuid() != 0) return std::nullopt;
  auto output = run_program(the_case.within(kDryRunWithin),
                            {"pppd", "call", the_case.tunnel, "dryrun"}, Errors::joined);
  return pppd_objection(the_case.peers, output.status, output.text);
}

}  // namespace

PeersFile load_peers(const std::string& tunnel) {
  return parse_peers("/etc/ppp/peers/" + tunnel, [](const std::string& path) {
    auto file = read_file(path);
    return OptionText{file.text, file.error};
  });
}

Result probe_peers(Case& the_case) {
  const auto& peers = the_case.peers;
  if (peers.error) return unreadable(peers.path, peers.error);
  auto list = complaints(peers);
  if (auto objection = ask_pppd(the_case)) list.push_back(std::move(*objection));
  if (!list.empty()) return from(list);
  if (peers.has_kernel_plugin())
    return pass(fmt::format("{} is for pppd's plugin pptp.so and the kernel: no pptp is started",
                            peers.path));
  if (peers.pty.empty())
    return unknown(
        fmt::format("{} starts a program that is not pptp, and may start pptp", peers.path));
  if (auto program = peers.pty[0]; find_program(program).empty())
    return failure(
        "pptp-not-found",
        fmt::format("the pty line of {} starts {}, which is not installed", peers.path, program),
        CALLGATE_PPTP, peers.server());
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

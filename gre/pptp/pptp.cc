// SPDX-License-Identifier: GPL-2.0-or-later
// pptp: the command that users and pppd start. It resolves the server's name, finds or starts the
// call manager, asks it for a call, and becomes pptp-gre. Without --nolaunchpppd it becomes pppd.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "common/channel/call_report.hh"
#include "common/command_line/pptp_options.hh"
#include "common/system/log.hh"
#include "common/system/os_error.hh"
#include "common/system/path_mtu.hh"
#include "config.hh"
#include "gre/pptp/become_gateway.hh"
#include "gre/pptp/exec.hh"
#include "gre/pptp/launch_pppd.hh"
#include "gre/pptp/reach_manager.hh"
#include "gre/pptp/resolve.hh"

namespace callgate {
namespace {

int fail(const Reason& reason) {
  report::ended(reason);
  log::write(log::Level::error, line(reason), {{"CAUSE", std::string(name(reason.cause))}});
  return static_cast<int>(exit_status(reason.cause));
}

void open_log(const PptpOptions& options) {
  log::open({.name = printable(options.call.log_name), .verbosity = options.gateway.verbosity()});
}

// If somebody types this command into a shell, pptp would talk PPP to a person. pppd's pty is a
// terminal as well, but never the one to which our messages go.
void warn_a_person() {
  struct stat in, err;
  if (isatty(STDIN_FILENO) && fstat(STDIN_FILENO, &in) == 0 && fstat(STDERR_FILENO, &err) == 0 &&
      S_ISCHR(err.st_mode) && in.st_rdev == err.st_rdev)
    log::warning(
        "standard input is this terminal, where pppd is expected: leave out --nolaunchpppd, or use "
        "pppd pty \"pptp HOST --nolaunchpppd\"");
}

// Shows the result at every log level, because the user asked for it. Returns 0 if it is not known.
uint32_t find_mtu(const PptpOptions& options) {
  const auto& server = options.call.servers.front();
  try {
    uint32_t path =
        path_mtu(server, {options.call.local_bind, options.call.mark, options.call.device});
    uint32_t mtu = ppp_mtu(path, server.family);
    auto text = fmt::format("the path to {} carries {} bytes: mtu {} and mru {} for pppd",
                            server.text(), path, mtu, mtu);
    if (mtu == 0)
      text = fmt::format("the path to {} carries only {} bytes: too narrow for PPTP", server.text(),
                         path);
    log::notice("{}", text);
    fmt::print(stderr, "pptp: {}\n", text);
    return mtu;
  } catch (const OsError& failure) {
    log::warning("--mtu-hint: {}", failure.what());
    return 0;
  }
}

int launch(const PptpOptions& options, uint32_t mtu) {
  const auto& words = options.pppd_options;
  bool pppd_sync = std::find(words.begin(), words.end(), "sync") != words.end();
  if (pppd_sync && !options.gateway.sync)
    log::warning("pppd is told sync, pptp is not: no frame will pass. Give pptp --sync too");
  return fail(launch_pppd(options, mtu));
}

int dial(const PptpOptions& options) {
  warn_a_person();
  if (!options.pppd_options.empty())
    log::warning(
        "\"{}\" and the words after it are ignored: with --nolaunchpppd, pptp does not start pppd",
        printable(options.pppd_options.front()));
  auto reached = reach_manager(manager_place());
  if (auto* reason = std::get_if<Reason>(&reached)) return fail(*reason);
  auto& channel = std::get<Channel>(reached);
  block_signals();
  if (!channel.send(options.call)) return fail({.cause = Cause::manager_died});
  return fail(become_gateway(options, std::move(channel)));
}

// pptp must not wait for a name server longer than pppd lives.
Resolved resolve_for_pppd(const std::string& name, IpFamily family) {
  auto resolved = resolve_while_open(STDIN_FILENO, name, family);
  if (resolved) return std::move(*resolved);
  log::notice("hung up: pppd has closed its end of the pty while {} was looked up",
              printable(name));
  _exit(static_cast<int>(ExitStatus::hung_up_locally));
}

int run(PptpOptions options) {
  const auto& name = options.call.server_name;
  auto family = options.call.local_bind.family;
  auto resolved = options.launch_pppd ? resolve(name, family) : resolve_for_pppd(name, family);
  if (auto* reason = std::get_if<Reason>(&resolved)) return fail(*reason);
  options.call.servers = std::move(std::get<std::vector<IpAddress>>(resolved));
  options.call.network_namespace = network_namespace();
  uint32_t mtu = options.mtu_hint ? find_mtu(options) : 0;
  return options.launch_pppd ? launch(options, mtu) : dial(options);
}

int refuse(const Reason& reason) {
  log::open({});
  int status = fail(reason);
  if (reason.cause == Cause::wrong_usage) fmt::print(stderr, "{}", pptp_usage());
  return status;
}

int start(const Words& words) {
  auto parsed = parse_pptp_options(words);
  if (auto* reason = std::get_if<Reason>(&parsed)) return refuse(*reason);
  auto& options = std::get<PptpOptions>(parsed);
  switch (options.action) {
    case PptpOptions::Action::show_version:
      fmt::print("pptp version {}\n", CALLGATE_VERSION);
      return 0;
    case PptpOptions::Action::show_help: fmt::print("{}", pptp_usage()); return 0;
    case PptpOptions::Action::dial: break;
  }
  open_log(options);
  if (options.evidence_fd >= 0) report::open(options.evidence_fd);
  return run(std::move(options));
}

}  // namespace
}  // namespace callgate

int main(int argc, char** argv) {
  using namespace callgate;
  try {
    open_standard_descriptors();
    unblock_signals();
    return start({argv + std::min(argc, 1), argv + argc});
  } catch (const OsError& failure) {
    return fail({.cause = Cause::internal_error,
                 .os_error = static_cast<uint32_t>(failure.code().value()),
                 .detail = failure.attempted()});
  }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// pptp: the command that users and pppd start. It resolves the server's name, finds or starts the
// call manager, asks it for a call, and becomes pptp-gre. Without --nolaunchpppd it becomes pppd,
// or makes a tunnel without pppd.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "common/channel/call_report.hh"
#include "common/command_line/pptp_options.hh"
#include "common/system/log.hh"
#include "common/system/os_error.hh"
#include "common/system/path_mtu.hh"
#include "common/system/process_stat.hh"
#include "common/system/unique_fd.hh"
#include "config.hh"
#include "gre/pptp/builtin.hh"
#include "gre/pptp/call_tunnel.hh"
#include "gre/pptp/dial.hh"
#include "gre/pptp/dial_several.hh"
#include "gre/pptp/dialling_pppd.hh"
#include "gre/pptp/exec.hh"
#include "gre/pptp/forget.hh"
#include "gre/pptp/launch_pppd.hh"
#include "gre/pptp/who_speaks_ppp.hh"

namespace callgate {
namespace {

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
  return fail(launch_pppd(pppd_arguments(own_path(), options, mtu)));
}

// pppd has started us, on its pty.
int dial_for_pppd(PptpOptions options) {
  bool several = !options.more_servers.empty();
  if (!several || options.mtu_hint)
    if (auto reason = look_up(options, STDIN_FILENO)) return fail(*reason);
  if (options.mtu_hint) find_mtu(options);
  warn_a_person();
  if (!options.pppd_options.empty())
    log::warning(
        "\"{}\" and the words after it are ignored: with --nolaunchpppd, pptp does not start pppd",
        printable(options.pppd_options.front()));
  auto& call = options.call;
  call.pppd = dialling_pppd();
  if (call.pppd.pid)
    call.tunnel = called_tunnel(command_line_of(static_cast<pid_t>(call.pppd.pid)));
  call.terminal = terminal_of_pppd();
  return several ? dial_several(std::move(options), STDIN_FILENO) : dial(options);
}

bool builtin(const std::optional<Ppp>& wanted) {
  UniqueFd device(open("/dev/ppp", O_RDWR | O_CLOEXEC));
  return who_speaks_ppp(wanted.value_or(Ppp::automatic), device ? 0 : errno, geteuid() == 0) ==
         Ppp::builtin;
}

int call_tunnel(const PptpOptions& given) {
  if (!is_peers_name(given.tunnel))
    return fail({.cause = Cause::bad_option,
                 .detail = fmt::format("a tunnel's name may not contain .. or begin with /, as "
                                       "'{}' does",
                                       given.tunnel)});
  // On the heap, where what may be a password is overwritten when it is freed.
  auto peers = std::make_unique<PeersFile>(parse_peers(kPeers + given.tunnel, load_pppd_file));
  auto found = with_tunnel(given, *peers);
  auto* options = std::get_if<PptpOptions>(&found);
  bool engine = builtin(options ? options->ppp : given.ppp);
  // pppd may read what the user may not, and it lets a shell run any pty line.
  bool needed = engine || peers->error == ENOENT || given.mtu_hint || !given.repeated.empty();
  if (!options && needed) return fail(std::get<Reason>(found));
  uint32_t mtu = 0;
  if (options) open_log(*options);
  if (given.mtu_hint) {
    if (auto reason = look_up(*options)) return fail(*reason);
    mtu = find_mtu(*options);
  }
  if (!engine) {
    setenv(kTunnelVariable, given.tunnel.c_str(), 1);
    return fail(launch_pppd(pppd_call_arguments(given, *peers, mtu)));
  }
  peers.reset();
  forget_stack();
  return run_builtin(*options, mtu);
}

int call_host(PptpOptions options) {
  bool engine = builtin(options.ppp);
  uint32_t mtu = 0;
  if ((!engine && options.more_servers.empty()) || options.mtu_hint) {
    if (auto reason = look_up(options)) return fail(*reason);
    if (options.mtu_hint) mtu = find_mtu(options);
  }
  return engine ? run_builtin(options, mtu) : launch(options, mtu);
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
  if (!options.launch_pppd) return dial_for_pppd(std::move(options));
  return options.tunnel.empty() ? call_host(std::move(options)) : call_tunnel(options);
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
  } catch (const std::exception&
               failure) {  // of the C++ library, if there is no thread for the resolver
    return fail({.cause = Cause::internal_error, .os_error = 0, .detail = failure.what()});
  }
}

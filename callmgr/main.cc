// SPDX-License-Identifier: GPL-2.0-or-later
// pptp-callmgr: the daemon that owns every PPTP control connection of this host. See
// pptp-callmgr(8).
#include <getopt.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>

#include <cap-ng.h>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "callmgr/manager/manager.hh"
#include "callmgr/manager/start.hh"
#include "callmgr/sandbox.hh"
#include "callmgr/watchdog.hh"
#include "common/channel/manager_socket.hh"
#include "common/system/log.hh"
#include "common/system/os_error.hh"
#include "common/system/privileges.hh"
#include "config.hh"

namespace callgate {
namespace {

constexpr uint32_t kMaxIdleExit = 86'400;  // s

struct Options {
  std::string socket = callmgr_socket_path();
  std::optional<uint32_t> idle_exit;  // s, 0 = never
  bool take_over = false;
  bool foreground = false;
  log::Level level = log::Level::notice;
};

[[noreturn]] void usage(FILE* to, ExitStatus status) {
  fmt::print(to,
             "Usage: pptp-callmgr [--socket PATH] [--idle-exit SECONDS] [--foreground]\n"
             "                    [--take-over] [--loglevel 0|1|2] [--version] [--help]\n"
             "Owns the PPTP control connections of this host. See pptp-callmgr(8).\n");
  std::exit(static_cast<int>(status));
}

uint32_t number(const char* option, std::string_view text, uint32_t max) {
  uint32_t result = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error == std::errc() && end == text.data() + text.size() && result <= max) return result;
  fmt::print(stderr, "pptp-callmgr: --{} takes a number from 0 to {}, not '{}'\n", option, max,
             printable(text));
  std::exit(static_cast<int>(ExitStatus::bad_option_value));
}

log::Level log_level(uint32_t number) {
  static constexpr std::array kLevels{log::Level::warning, log::Level::notice, log::Level::debug};
  return kLevels.at(number);
}

Options parse(int argc, char** argv) {
  static const option kOptions[] = {
      {"socket", required_argument, nullptr, 's'},   {"idle-exit", required_argument, nullptr, 'i'},
      {"foreground", no_argument, nullptr, 'f'},     {"take-over", no_argument, nullptr, 't'},
      {"loglevel", required_argument, nullptr, 'l'}, {"version", no_argument, nullptr, 'v'},
      {"help", no_argument, nullptr, 'h'},           {}};
  Options options;
  int word;
  while ((word = getopt_long(argc, argv, "", kOptions, nullptr)) != -1) {
    switch (word) {
      case 's': options.socket = optarg; break;
      case 'i': options.idle_exit = number("idle-exit", optarg, kMaxIdleExit); break;
      case 'f': options.foreground = true; break;
      case 't': options.take_over = true; break;
      case 'l': options.level = log_level(number("loglevel", optarg, 2)); break;
      case 'v': fmt::print("pptp-callmgr version {}\n", CALLGATE_VERSION); std::exit(0);
      case 'h': usage(stdout, ExitStatus::hung_up_locally);
      default: usage(stderr, ExitStatus::usage_or_internal);
    }
  }
  if (optind < argc) usage(stderr, ExitStatus::usage_or_internal);
  return options;
}

// Hundreds of calls take two descriptors each. Returns how many clients there is room for: one more
// could not even be told so.
size_t raise_descriptor_limit() {
  constexpr size_t kOthers = 32;
  rlimit limit;
  check(getrlimit(RLIMIT_NOFILE, &limit), "read the descriptor limit");
  limit.rlim_cur = limit.rlim_max;
  check(setrlimit(RLIMIT_NOFILE, &limit), "raise the descriptor limit");
  return std::clamp<size_t>(limit.rlim_cur / 2, 2 * kOthers, Manager::kMaxClients + kOthers) -
         kOthers;
}

bool may_change_routes() {
  capng_get_caps_process();
  return capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN) == 1;
}

void run(const Options& options) {
  auto start = start_of_manager(options.socket, options.take_over);
  EventLoop loop;
  bool permitted = may_change_routes();
  uid_t owner = geteuid();
  size_t room = raise_descriptor_limit();
  if (permitted)
    drop_privileges(CALLGATE_USER, {CAP_NET_ADMIN});
  else
    drop_privileges(CALLGATE_USER);
  HostRoutes routes(loop, permitted);  // its keeper inherits what is left of ours

  Duration idle_exit = start.estate ? start.head().idle_exit : Duration(0);
  if (options.idle_exit) idle_exit = std::chrono::seconds(*options.idle_exit);
  Manager manager(loop, routes, std::move(start.listener),
                  {.max_clients = room,
                   .idle_exit = idle_exit,
                   .identity = {.owner = owner, .network_namespace = network_namespace()}});
  auto on_signal = [&](short) { manager.shut_down(); };
  auto terminate = loop.on_signal(SIGTERM, on_signal),
       interrupt = loop.on_signal(SIGINT, on_signal), hang_up = loop.on_signal(SIGHUP, on_signal);
  auto restart = loop.on_signal(SIGUSR2, [&](short) { leave_to_systemd(manager); });
  terminate.start();
  interrupt.start();
  hang_up.start();
  restart.start();
  if (start.estate) manager.take_over(std::move(*start.estate));

  sd_notify(0, "READY=1");
  Watchdog watchdog(loop, [&] { return manager.summary(); });
  log::notice("pptp-callmgr {} listens on {}", CALLGATE_VERSION, options.socket);
  // Nothing that a client or a server has sent has been read up to here.
  confine_manager(owns_socket() ? directory_of(options.socket) : "", permitted,
                  handover::kMaxImage);
  loop.run();
  sd_notify(0, "STOPPING=1");
  if (owns_socket() && !manager.has_left()) remove_socket(options.socket);
}

}  // namespace
}  // namespace callgate

int main(int argc, char** argv) {
  using namespace callgate;
  auto options = parse(argc, argv);
  log::open({.ident = "pptp",
             .verbosity = options.level,
             .to_stderr = options.foreground ? log::Level::debug : log::Level::warning});
  prctl(PR_SET_NAME, "pptpcm");
  signal(SIGPIPE, SIG_IGN);
  signal(SIGCHLD, SIG_IGN);  // the route keeper is reaped by the kernel
  try {
    run(options);
  } catch (const std::exception& error) {
    log::error("pptp-callmgr: cannot {}", error.what());
    return static_cast<int>(ExitStatus::usage_or_internal);
  }
}

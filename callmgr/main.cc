// SPDX-License-Identifier: GPL-2.0-or-later
// pptp-callmgr: the daemon that owns every PPTP control connection of this host. See
// pptp-callmgr(8).
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>

#include <cap-ng.h>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "callmgr/manager/manager.hh"
#include "callmgr/manager/start.hh"
#include "callmgr/options.hh"
#include "callmgr/routes/network_watch.hh"
#include "callmgr/sandbox.hh"
#include "callmgr/sleep_watch.hh"
#include "callmgr/watchdog.hh"
#include "common/channel/manager_socket.hh"
#include "common/system/log.hh"
#include "common/system/os_error.hh"
#include "common/system/privileges.hh"
#include "config.hh"

namespace callgate {
namespace {

// Hundreds of calls take two descriptors each. Returns how many clients there is room for: one more
// could not even be told so.
size_t raise_descriptor_limit() {
  constexpr size_t kOthers = 32;
  rlimit limit;
  check(getrlimit(RLIMIT_NOFILE, &limit), "read the descriptor limit");
  limit.rlim_cur = limit.rlim_max;
  check(setrlimit(RLIMIT_NOFILE, &limit), "raise the descriptor limit");
  return std::clamp<size_t>(limit.rlim_cur / 2, 2 * kOthers, Clients::kMost + kOthers) - kOthers;
}

bool may_change_routes() {
  return capng_get_caps_process() == 0 &&
         capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN) == 1;
}

SubordinateUids subordinate_uids() {
  std::ostringstream text;
  text << std::ifstream("/etc/subuid").rdbuf();
  return SubordinateUids(text.str());
}

// Nothing that a client or a server has sent is read before the end of this. If anything fails, the
// manager before goes on, with its routes.
void take_over(ManagerStart& start, Manager& manager, HostRoutes& routes, const auto& confine) {
  try {
    manager.restore(std::move(*start.estate));
    confine();
    routes.keep();
    take_possession(start);
  } catch (...) {
    routes.leave();
    throw;
  }
  manager.go_on();
}

void run(const ManagerOptions& options) {
  auto start = start_of_manager(options.socket, options.take_over);
  EventLoop loop;
  bool permitted = may_change_routes();
  uid_t owner = geteuid();
  size_t room = raise_descriptor_limit();
  if (permitted)
    drop_privileges(CALLGATE_USER, {CAP_NET_ADMIN});
  else
    drop_privileges(CALLGATE_USER);
  NetworkWatch network(loop);
  HostRoutes routes(loop, network, permitted);  // its keeper inherits what is left of ours

  Duration idle_exit = start.estate ? start.head().idle_exit : Duration(0);
  if (options.idle_exit) idle_exit = std::chrono::seconds(*options.idle_exit);
  Manager manager(loop, routes, std::move(start.listener),
                  {.max_clients = room,
                   .idle_exit = idle_exit,
                   .identity = {.owner = owner,
                                .network_namespace = network_namespace(),
                                .viewers = group_of_users(),
                                .strangers = subordinate_uids()}});
  network.listen([&](const NetworkChange&) { manager.network_changed(); });
  SleepWatch sleep(loop, [&](Duration time) { manager.host_slept(time); });
  auto on_signal = [&] { manager.shut_down(); };
  auto terminate = loop.on_signal(SIGTERM, on_signal),
       interrupt = loop.on_signal(SIGINT, on_signal), hang_up = loop.on_signal(SIGHUP, on_signal);
  auto restart = loop.on_signal(SIGUSR2, [&] { leave_to_systemd(manager); });
  terminate.start();
  interrupt.start();
  hang_up.start();
  restart.start();
  auto confine = [&] {
    confine_manager(owns_socket() ? directory_of(options.socket) : "", permitted,
                    handover::kMaxImage);
  };
  if (start.estate) {
    take_over(start, manager, routes, confine);
  } else {
    confine();
  }
  sd_notify(0, "READY=1");
  Watchdog watchdog(loop, [&] { return manager.summary(); });
  log::notice("pptp-callmgr {} listens on {}", CALLGATE_VERSION, options.socket);
  loop.run();
  sd_notify(0, "STOPPING=1");
  if (owns_socket() && !manager.has_left()) remove_socket(options.socket);
}

int serve(const ManagerOptions& options) try {
  log::open({.ident = "pptp",
             .verbosity = options.level,
             .to_stderr = options.foreground ? log::Level::debug : log::Level::warning});
  prctl(PR_SET_NAME, "pptpcm");
  signal(SIGPIPE, SIG_IGN);
  signal(SIGCHLD, SIG_IGN);  // the route keeper is reaped by the kernel
  run(options);
  return 0;
} catch (const std::exception& error) {
  log::error("pptp-callmgr: cannot {}", error.what());
  return static_cast<int>(ExitStatus::usage_or_internal);
}

int refuse(const Reason& reason) {
  fmt::print(stderr, "pptp-callmgr: {}\n", printable(reason.detail));
  if (reason.cause == Cause::wrong_usage) fmt::print(stderr, "{}", manager_usage());
  return static_cast<int>(exit_status(reason.cause));
}

}  // namespace
}  // namespace callgate

int main(int argc, char** argv) {
  using namespace callgate;
  auto parsed = parse_manager_options({argv + std::min(argc, 1), argv + argc});
  if (auto* reason = std::get_if<Reason>(&parsed)) return refuse(*reason);
  auto& options = std::get<ManagerOptions>(parsed);
  switch (options.action) {
    case ManagerOptions::Action::show_version:
      fmt::print("pptp-callmgr version {}\n", CALLGATE_VERSION);
      return 0;
    case ManagerOptions::Action::show_help: fmt::print("{}", manager_usage()); return 0;
    case ManagerOptions::Action::serve: break;
  }
  return serve(options);
}

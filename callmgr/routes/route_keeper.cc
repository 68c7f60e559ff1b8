// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/routes/route_keeper.hh"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <vector>

#include "callmgr/sandbox.hh"
#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

struct Notice {
  bool added = false, reachable = false;
  IpAddress destination;
  Way way;
  static void fields(auto& m, auto& codec) { codec(m.added, m.reachable, m.destination, m.way); }
};

// The keeper ends after the manager, and not by the signals that a terminal or systemd sends to all
// processes. A watchdog sends SIGABRT.
void outlive_signals() {
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGABRT, SIGPIPE, SIGUSR1, SIGUSR2})
    ::signal(signal, SIG_IGN);
}

void keep(int socket) {
  std::vector<OurRoute> routes;
  std::array<uint8_t, 1024> record;
  ssize_t size;
  while ((size = recv(socket, record.data(), record.size(), 0)) > 0 ||
         (size < 0 && errno == EINTR)) {
    if (size < 0) continue;
    Reader reader(ByteSpan(record).first(static_cast<size_t>(size)));
    Notice notice;
    reader.get(notice);
    if (!reader.done()) continue;
    OurRoute route{notice.destination, {}};
    if (notice.reachable) route.way = notice.way;
    std::erase(routes, route);
    if (notice.added) routes.push_back(route);
  }
  // The kernel removes a route only if all of it is as it was.
  for (const auto& route : routes)
    if (RouteSocket().remove(route) == 0 && route.way)
      log::warning("removed the host route to {}: the call manager died without doing so",
                   route.destination.text());
}

[[noreturn]] void run(UniqueFd socket) {
  try {
    log::close();  // which the manager has opened
    int fd = dup2(socket.get(), STDERR_FILENO + 1);
    close_range(STDERR_FILENO + 2, ~0u, 0);
    prctl(PR_SET_NAME, "pptp-routes");
    outlive_signals();
    log::open({});
    confine_keeper();
    keep(fd);
  } catch (const std::exception& error) {
    log::error("route keeper: {}", error.what());
    _exit(1);
  }
  _exit(0);
}

}  // namespace

RouteKeeper::RouteKeeper() {
  int ends[2];
  check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), "create a socket pair");
  socket_.reset(ends[0]);
  UniqueFd keepers(ends[1]);
  if (check(fork(), "fork the route keeper") == 0) run(std::move(keepers));
}

void RouteKeeper::tell(bool added, const OurRoute& route) {
  Bytes record;
  Writer(record).put(
      Notice{added, route.way.has_value(), route.destination, route.way.value_or(Way{})});
  // If the keeper has died, the owner sees that at fd() and starts another.
  send(socket_.get(), record.data(), record.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace callgate

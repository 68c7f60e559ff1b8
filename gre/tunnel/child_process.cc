// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/child_process.hh"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

// The child ends when the other end of its socket is closed, and not before.
void outlive_signals() {
  for (int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2})
    signal(number, SIG_IGN);
  signal(SIGCHLD, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// What the child logs is copied to the same place as what the tunnel process logs.
void keep_copy_of_log(int place) {
  int copy = log::copied_to();
  if (copy < 0) return;
  if (copy != place) check(dup2(copy, place), "place the log");
  check(fcntl(place, F_SETFD, FD_CLOEXEC), "mark the log");
  log::copy_to(place);
}

[[noreturn]] void run(const char* name, UniqueFd socket,
                      const std::function<void(int socket)>& body) {
  try {
    log::close();
    constexpr int kSocket = STDERR_FILENO + 1;
    if (socket.get() != kSocket) check(dup2(socket.get(), kSocket), "place a socket");
    check(fcntl(kSocket, F_SETFD, FD_CLOEXEC), "mark a socket");
    keep_copy_of_log(kSocket + 1);
    check(close_range(kSocket + 2, ~0u, 0), "close descriptors");
    prctl(PR_SET_NAME, name);
    outlive_signals();
    log::reopen();
    body(kSocket);
  } catch (const std::exception& error) {
    log::error("{}: {}", name, error.what());
    _exit(1);
  }
  _exit(0);
}

}  // namespace

SocketPair socket_pair() {
  int ends[2];
  check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), "create a socket pair");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

ChildProcess start_child(const char* name, const std::function<void(int socket)>& body) {
  auto pair = socket_pair();
  pid_t pid = check(fork(), "fork {}", name);
  if (pid == 0) run(name, std::move(pair.theirs), body);
  return {pid, std::move(pair.ours)};
}

void end_child(ChildProcess& child) {
  constexpr int kTurns = 100;
  const timespec pause{.tv_sec = 0, .tv_nsec = 10'000'000};
  child.socket.reset();
  if (child.pid <= 0) return;
  for (int turn = 0; turn < kTurns && waitpid(child.pid, nullptr, WNOHANG) == 0; turn++)
    nanosleep(&pause, nullptr);
}

}  // namespace callgate

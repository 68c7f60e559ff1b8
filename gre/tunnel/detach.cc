// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/detach.hh"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "common/system/os_error.hh"

namespace callgate {
namespace {

UniqueFd passed_on() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}) sigaddset(&signals, number);
  check(sigprocmask(SIG_BLOCK, &signals, nullptr), "block signals");
  return UniqueFd(check(signalfd(-1, &signals, SFD_CLOEXEC), "open a signal descriptor"));
}

int exit_status_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

Background::Background(TunnelOptions::Detach when) {
  if (when == TunnelOptions::Detach::never) return;
  int ends[2];
  check(pipe2(ends, O_CLOEXEC), "create a pipe");
  UniqueFd reader(ends[0]), writer(ends[1]);
  tunnel_ = check(fork(), "fork the tunnel process");
  pipe_ = std::move(tunnel_ ? reader : writer);
}

std::optional<int> Background::wait() {
  if (tunnel_ == 0) return std::nullopt;
  auto signals = passed_on();
  pollfd events[] = {{pipe_.get(), POLLIN, 0}, {signals.get(), POLLIN, 0}};
  while (true) {
    if (poll(events, 2, -1) < 0) continue;
    signalfd_siginfo info;
    if (events[1].revents && read(signals.get(), &info, sizeof info) == sizeof info)
      kill(tunnel_, static_cast<int>(info.ssi_signo));
    if (!events[0].revents) continue;
    char byte;
    return read(pipe_.get(), &byte, 1) == 1 ? 0 : exit_status_of(tunnel_);
  }
}

void Background::enter() {
  if (!pipe_) return;
  setsid();
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int standard = 0; null >= 0 && standard <= 2; standard++) dup2(null, standard);
  if (null > 2) ::close(null);
  if (chdir("/") < 0) return;  // the other process then sees our end
  const char byte = 0;
  if (write(pipe_.get(), &byte, 1) < 0) return;
  pipe_.reset();
}

}  // namespace callgate

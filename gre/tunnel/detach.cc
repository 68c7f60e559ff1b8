// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/detach.hh"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "common/system/log.hh"
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

struct Pipe {
  UniqueFd reader, writer;
};

Pipe make_pipe() {
  int ends[2];
  check(pipe2(ends, O_CLOEXEC), "create a pipe");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void make_standard(int fd, int standard) {
  check(dup2(fd, standard), "replace the standard descriptor {}", standard);
}

}  // namespace

Background::Background(TunnelOptions::Detach when) {
  if (when == TunnelOptions::Detach::never) return;
  auto news = make_pipe(), output = make_pipe(), errors = make_pipe();
  tunnel_ = check(fork(), "fork the tunnel process");
  if (tunnel_) {
    pipe_ = std::move(news.reader);
    output_ = {std::move(output.reader), std::move(errors.reader)};
    return;
  }
  pipe_ = std::move(news.writer);
  UniqueFd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (null) make_standard(null.get(), STDIN_FILENO);
  make_standard(output.writer.get(), STDOUT_FILENO);
  make_standard(errors.writer.get(), STDERR_FILENO);
}

void Background::pass_on(size_t stream) {
  std::array<char, 4096> text;
  ssize_t size = read(output_[stream].get(), text.data(), text.size());
  int to = stream == 0 ? STDOUT_FILENO : STDERR_FILENO;
  if (size > 0 && write(to, text.data(), static_cast<size_t>(size)) == size) return;
  output_[stream].reset();  // nobody writes or reads there any more
}

std::optional<int> Background::wait() {
  if (tunnel_ == 0) return std::nullopt;
  auto signals = passed_on();
  while (true) {
    pollfd events[] = {{pipe_.get(), POLLIN, 0},
                       {signals.get(), POLLIN, 0},
                       {output_[0].get(), POLLIN, 0},
                       {output_[1].get(), POLLIN, 0}};
    if (poll(events, std::size(events), -1) < 0) continue;
    signalfd_siginfo info;
    if (events[1].revents && read(signals.get(), &info, sizeof info) == sizeof info)
      kill(tunnel_, static_cast<int>(info.ssi_signo));
    for (size_t stream = 0; stream < output_.size(); stream++)
      if (events[2 + stream].revents) pass_on(stream);
    // The last words come first.
    if (!events[0].revents || events[2].revents || events[3].revents) continue;
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
  if (chdir("/") < 0) log::warning("cannot leave the directory: {}", std::strerror(errno));
  const char byte = 0;
  if (write(pipe_.get(), &byte, 1) < 0)
    log::warning("cannot tell the shell that the tunnel is up: {}", std::strerror(errno));
  pipe_.reset();  // also ends the wait of the other process
}

}  // namespace callgate

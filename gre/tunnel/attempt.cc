// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/attempt.hh"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include "common/channel/link_options.hh"
#include "common/system/log.hh"
#include "common/system/os_error.hh"
#include "gre/tunnel/child_process.hh"

namespace callgate {
namespace {

constexpr int kMostDropped = 64;  // records at a time, of a gateway that is no good

// All descriptors are first moved away from the numbers that they are to have. The log, which may
// have one of these numbers, is closed meanwhile.
void place(int tun, int secret_holder, int reports) {
  constexpr int kFree = kGatewayLink + 1;
  auto away = [](int fd) {
    return check(fcntl(fd, F_DUPFD_CLOEXEC, kFree), "move a descriptor of the gateway");
  };
  int copies[] = {away(tun), away(secret_holder), away(reports)};
  int number = kGatewayTun;
  for (int copy : copies) {
    check(dup2(copy, number++), "place a descriptor of the gateway");
    ::close(copy);
  }
}

// A resolver may hang for long; the gateway later notices the end of its reports' socket.
void end_with(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(1);
}

void reset_signals() {
  for (int number = 1; number < NSIG; number++) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void run(const SocketPair& pair, int tun, int secret_holder, int log_fd,
                      const std::function<void()>& dial) {
  try {
    log::close();
    if (log_fd >= 0 && log_fd != STDERR_FILENO) check(dup2(log_fd, STDERR_FILENO), "place the log");
    place(tun, secret_holder, pair.theirs.get());
    log::reopen();
    reset_signals();
    dial();
  } catch (const std::exception& error) {
    log::error("{}", error.what());
  }
  _exit(1);
}

}  // namespace

Attempt::Attempt(int tun, int secret_holder, int log, const std::function<void()>& dial) {
  auto pair = socket_pair();
  pid_t parent = getpid();
  pid_ = check(fork(), "fork the gateway");
  if (pid_ == 0) {
    end_with(parent);
    run(pair, tun, secret_holder, log, dial);
  }
  reports_ = std::move(pair.ours);
}

std::optional<LinkReport> Attempt::next() {
  std::array<uint8_t, 512> record;
  for (int dropped = 0; dropped < kMostDropped; dropped++) {
    ssize_t size = recv(fd(), record.data(), record.size(), MSG_DONTWAIT);
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) at_end_ = true;
    if (size <= 0) return std::nullopt;
    if (auto report = parse_link_report(ByteSpan(record).first(static_cast<size_t>(size))))
      return report;
    log::error("the gateway sends a record that is no report: it is dropped");
  }
  return std::nullopt;
}

void Attempt::pass(ByteSpan packet) const {
  send(fd(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void Attempt::signal(int number) const {
  kill(pid_, number);
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/signals.hh"

#include <sys/signalfd.h>

#include "common/system/os_error.hh"

namespace callgate {

Signals::Signals() {
  sigset_t ours;
  sigemptyset(&ours);
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, kParentExited}) sigaddset(&ours, signal);
  // No other signal may be blocked, whatever mask we have inherited.
  check(sigprocmask(SIG_SETMASK, &ours, nullptr), "block signals");
  std::signal(SIGPIPE, SIG_IGN);
  fd_.reset(check(signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK), "open a signal descriptor"));
}

int Signals::take() {
  signalfd_siginfo info;
  return read(fd(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
}

}  // namespace callgate

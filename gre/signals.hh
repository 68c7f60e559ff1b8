// SPDX-License-Identifier: GPL-2.0-or-later
// Reads signals from a descriptor, so that no code runs in a signal handler.
#pragma once

#include <csignal>

#include "common/system/unique_fd.hh"

namespace callgate {

// main() asks the kernel for this signal when the parent process exits. The gateway has no
// children, so it can use theirs, which has no effect by default.
constexpr int kParentExited = SIGCHLD;

class Signals {
 public:
  // Takes over SIGTERM, SIGINT, SIGHUP, SIGUSR1 and kParentExited; ignores SIGPIPE.
  Signals();

  int fd() const { return fd_.get(); }
  // Returns the next signal that has arrived; 0 = none.
  int take();

 private:
  UniqueFd fd_;
};

}  // namespace callgate

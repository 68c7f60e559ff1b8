// SPDX-License-Identifier: GPL-2.0-or-later
// Reads signals from a descriptor, so that no code runs in a signal handler.
#pragma once

#include "common/system/unique_fd.hh"

namespace callgate {

class Signals {
 public:
  // Takes over SIGTERM, SIGINT, SIGHUP and SIGUSR1; ignores SIGPIPE.
  Signals();

  int fd() const { return fd_.get(); }
  // Returns the next signal that has arrived; 0 = none.
  int take();

 private:
  UniqueFd fd_;
};

}  // namespace callgate

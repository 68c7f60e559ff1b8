// SPDX-License-Identifier: GPL-2.0-or-later
// Signals as records of a descriptor: nothing runs in a handler.
#pragma once

#include "common/system/unique_fd.hh"

namespace callgate {

class Signals {
 public:
  // Takes over SIGTERM, SIGINT, SIGHUP and SIGUSR1; ignores SIGPIPE.
  Signals();

  int fd() const { return fd_.get(); }
  // The next signal that has arrived; 0 = none.
  int take();

 private:
  UniqueFd fd_;
};

}  // namespace callgate

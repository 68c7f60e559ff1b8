// SPDX-License-Identifier: GPL-2.0-or-later
// The janitor: a child with one duty. When the tunnel process is gone, for whatever reason, it
// undoes what still stands: it runs the -down scripts, and removes files and restores routes.
#pragma once

#include "gre/tunnel/child_process.hh"
#include "gre/tunnel/standing.hh"

namespace callgate {

class Janitor {
 public:
  explicit Janitor(const TunnelOptions& options);  // starts it
  ~Janitor() { end_child(child_); }
  Janitor(const Janitor&) = delete;
  Janitor& operator=(const Janitor&) = delete;

  // What stands from now on, or is about to.
  void tell(const Standing& standing);
  // Whether it was the janitor that has died. Starts another one, up to kMostRestarts times.
  bool reaped(pid_t pid);

 private:
  void start();
  const TunnelOptions& options_;
  ChildProcess child_;
  unsigned restarts_ = 0;
  Standing last_;
};

}  // namespace callgate

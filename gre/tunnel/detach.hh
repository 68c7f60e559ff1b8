// SPDX-License-Identifier: GPL-2.0-or-later
// The process that the user has started, and the tunnel process that goes on in the background
// (pppd's nodetach, updetach, and neither). The tunnel process is forked at the start, so it keeps
// its pid and its children.
//
// Until then the first process passes on what the others write to standard output and standard
// error. So none of them holds the streams of the caller, who sees their end when the first process
// ends.
#pragma once

#include <array>

#include "common/pppd/tunnel_options.hh"
#include "common/system/unique_fd.hh"

namespace callgate {

class Background {
 public:
  // Forks unless `when` is never. Throws OsError.
  explicit Background(TunnelOptions::Detach when);

  // In the process that the user has started: waits until the tunnel process is in the background,
  // or has ended. Passes signals and output on meanwhile. Returns the exit status. nullopt in the
  // tunnel process.
  std::optional<int> wait();

  // In the tunnel process: leaves the terminal, and lets the other process end with status 0.
  void enter();
  bool is_pending() const { return static_cast<bool>(pipe_); }

 private:
  void pass_on(size_t stream);

  pid_t tunnel_ = 0;  // 0 in the tunnel process
  UniqueFd pipe_;
  std::array<UniqueFd, 2> output_;  // of the other processes: standard output, standard error
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Uses Landlock to put the file system, TCP ports and other users' processes out of reach for good.
// Files and sockets that are open stay open.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace callgate {

struct Reach {
  std::string removable_in;          // a directory where names may be removed; empty: nowhere
  std::optional<uint16_t> tcp_port;  // the one remote port that may be connected to
  bool abstract_sockets = false;     // of other processes may be reached
};

// Restricts what this kernel can restrict: the file system since 5.13, TCP since 6.7, signals and
// abstract sockets since 6.12. Returns false if the kernel has no Landlock, and only the system
// call filter protects us. Throws OsError. It does nothing in a build with sanitizers, which write
// their reports into files.
bool restrict_reach(const Reach& reach);

}  // namespace callgate

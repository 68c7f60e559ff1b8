// SPDX-License-Identifier: GPL-2.0-or-later
// Out of reach for good: the file system, TCP ports, and other people's processes, by Landlock.
// What is open already stays open.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace callgate {

struct Reach {
  std::string removable_in;          // a directory where names may be removed; empty: nowhere
  std::optional<uint16_t> tcp_port;  // the one remote port that may be connected to
  bool abstract_sockets = false;     // of processes outside
};

// As far as this kernel can (the file system since 5.13, TCP since 6.7, signals and abstract
// sockets since 6.12). False if it has no Landlock: the system call filter is then alone. Throws
// OsError. Does nothing in a build with sanitizers, which write their reports into files.
bool restrict_reach(const Reach& reach);

}  // namespace callgate

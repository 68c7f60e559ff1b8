// SPDX-License-Identifier: GPL-2.0-or-later
// Children of the tunnel process that run our own code: what they inherit, and a socket between.
#pragma once

#include <sys/types.h>

#include <functional>
#include <initializer_list>

#include "common/system/unique_fd.hh"

namespace callgate {

struct ChildProcess {
  pid_t pid = -1;
  UniqueFd socket;  // SOCK_SEQPACKET, to the child; it is readable when the child has ended
};

// Forks a child that is called `name` in process lists, ignores the signals that a terminal or
// systemd sends to all processes, and holds nothing but standard descriptors, its log, and the
// other end of the socket as descriptor 3. It runs `body` and ends. Throws OsError.
ChildProcess start_child(const char* name, const std::function<void(int socket)>& body);

// One that dies again and again is not started for ever: this often in the life of a tunnel.
constexpr unsigned kMostRestarts = 5;

// Closes the socket, and waits for the end of the child, but at most a second.
void end_child(ChildProcess& child);

// A pair of connected SOCK_SEQPACKET sockets, which exec closes. Throws OsError.
struct SocketPair {
  UniqueFd ours, theirs;
};
SocketPair socket_pair();

}  // namespace callgate

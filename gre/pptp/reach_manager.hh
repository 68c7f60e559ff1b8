// SPDX-License-Identifier: GPL-2.0-or-later
// Finds the call manager that serves this network namespace, or starts one, and waits for its
// Welcome. From then on the manager knows us and does not exit.
#pragma once

#include <variant>

#include "gre/pptp/start_manager.hh"

namespace callgate {

// Where to look for a manager, and what to start if there is none.
struct ManagerPlace {
  std::string socket;  // callmgr_socket_path()
  bool fixed = false;  // PPTP_CALLMGR_SOCKET names it: no other socket is tried
  ManagerProgram program = installed_manager();
  Duration welcome_timeout = std::chrono::seconds(10);
};

ManagerPlace manager_place();

// The socket of the manager of another network namespace. It is in the same directory.
std::string socket_of_namespace(const std::string& socket, uint64_t network_namespace);

std::variant<Channel, Reason> reach_manager(const ManagerPlace& place);

}  // namespace callgate

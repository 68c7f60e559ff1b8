// SPDX-License-Identifier: GPL-2.0-or-later
// Finding the call manager that serves this network namespace, or starting one, and waiting for its
// Welcome: from then on it knows us, and does not leave.
#pragma once

#include <variant>

#include "gre/pptp/start_manager.hh"

namespace callgate {

// Where managers are looked for, and what is started where there is none.
struct ManagerPlace {
  std::string socket;    // callmgr_socket_path()
  bool fixed = false;    // the user named it in PPTP_CALLMGR_SOCKET: there and nowhere else
  std::string fallback;  // for a user who may not start one there; may be empty
  ManagerProgram program = installed_manager();
  Duration patience = std::chrono::seconds(10);  // until a manager must have welcomed us
};

ManagerPlace manager_place();

// The socket of the manager of another network namespace, beside that of the usual one.
std::string socket_of_namespace(const std::string& socket, uint64_t network_namespace);

std::variant<Channel, Reason> reach_manager(const ManagerPlace& place);

}  // namespace callgate

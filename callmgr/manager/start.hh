// SPDX-License-Identifier: GPL-2.0-or-later
// What a call manager starts with and what it leaves: the listening socket and, if there was
// another manager before it, the connections and calls of that manager (see handover_image.hh).
#pragma once

#include <optional>
#include <string>

#include "callmgr/manager/handover_image.hh"
#include "callmgr/manager/manager.hh"
#include "common/channel/channel.hh"

namespace callgate {

struct ManagerStart {
  UniqueFd listener;
  std::optional<handover::Estate> estate;  // of the manager before
  std::optional<Channel> giver;            // to that manager, if it waits for take_possession()

  const handover::Head& head() const { return std::get<handover::Head>(estate->records.front()); }
};

// The sockets come from systemd or from the pptp that started us (LISTEN_FDS). With `take_over`,
// they come from the manager that listens at `path`. Otherwise a new socket is bound at `path`.
// Throws OsError.
ManagerStart start_of_manager(const std::string& path, bool take_over);

// From here on the estate is this manager's alone. Throws OsError if the manager before does not
// wait any more: it goes on, and this one has nothing.
void take_possession(ManagerStart& start);

// Leaves everything to the next manager, which systemd starts when this one has ended.
void leave_to_systemd(Manager& manager);

// Whether this manager removes the socket's name: if systemd has made it, systemd keeps it.
bool owns_socket();
void remove_socket(const std::string& path);

}  // namespace callgate

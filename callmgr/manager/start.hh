// SPDX-License-Identifier: GPL-2.0-or-later
// What a call manager starts with and what it leaves: the listening socket and, where another
// manager was there before it, that one's connections and calls (see handover_image.hh).
#pragma once

#include <optional>
#include <string>

#include "callmgr/manager/handover_image.hh"
#include "callmgr/manager/manager.hh"

namespace callgate {

struct ManagerStart {
  UniqueFd listener;
  std::optional<handover::Estate> estate;  // of the manager before

  const handover::Head& head() const { return std::get<handover::Head>(estate->records.front()); }
};

// From systemd, or from the pptp that started us (LISTEN_FDS); else a socket bound at `path`; with
// `take_over`, what the manager that listens at `path` gives away. Throws OsError.
ManagerStart start_of_manager(const std::string& path, bool take_over);

// To the next manager, which systemd starts when we have ended.
void leave_to_systemd(Manager& manager);

// Whether a name in the file system is ours to remove: where systemd has made it, it is not.
bool owns_socket();
void remove_socket(const std::string& path);

}  // namespace callgate

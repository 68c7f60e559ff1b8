// SPDX-License-Identifier: GPL-2.0-or-later
// A child process with one duty: when the call manager is gone, for whatever reason, it removes the
// host routes that are left. The manager tells it about every route that it adds and removes.
#pragma once

#include "common/system/rtnetlink.hh"
#include "common/system/unique_fd.hh"

namespace callgate {

class RouteKeeper {
 public:
  // Forks the keeper, which keeps the caller's privileges. So the caller first drops all of them
  // but CAP_NET_ADMIN. Throws OsError.
  RouteKeeper();

  void added(const Route& route) { tell(true, route); }
  void removed(const Route& route) { tell(false, route); }
  int fd() const { return socket_.get(); }  // readable when the keeper has died

 private:
  void tell(bool added, const Route& route);

  UniqueFd socket_;
};

}  // namespace callgate

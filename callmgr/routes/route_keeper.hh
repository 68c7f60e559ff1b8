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

  // That a route may be there from now on, or is gone.
  void tell(bool added, const OurRoute& route);
  int fd() const { return socket_.get(); }  // readable when the keeper has died

 private:
  UniqueFd socket_;
};

}  // namespace callgate

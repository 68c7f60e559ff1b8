// SPDX-License-Identifier: GPL-2.0-or-later
// A child process with one duty: when the call manager is gone, however it went, remove the host
// routes that it left behind. The manager tells it of every route it adds and removes.
#pragma once

#include "common/system/rtnetlink.hh"
#include "common/system/unique_fd.hh"

namespace callgate {

class RouteKeeper {
 public:
  // Forks the keeper. It keeps the caller's privileges: to be called when only CAP_NET_ADMIN is
  // left. Throws OsError.
  RouteKeeper();

  void added(const Route& route) { tell(true, route); }
  void removed(const Route& route) { tell(false, route); }
  int fd() const { return socket_.get(); }  // readable when the keeper has died

 private:
  void tell(bool added, const Route& route);

  UniqueFd socket_;
};

}  // namespace callgate

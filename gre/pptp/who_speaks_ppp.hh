// SPDX-License-Identifier: GPL-2.0-or-later
// Whether pptp starts a pppd, or makes the tunnel without one. Pure.
#pragma once

#include <cerrno>

#include "common/command_line/pptp_options.hh"

namespace callgate {

// `device_error` is errno of open("/dev/ppp"), or 0. Only root learns something from EACCES: pppd
// is set-user-ID on many hosts, and may open what the user may not.
inline Ppp who_speaks_ppp(Ppp wanted, int device_error, bool root) {
  if (wanted != Ppp::automatic) return wanted;
  bool unknown = !root && (device_error == EACCES || device_error == EPERM);
  return device_error == 0 || unknown ? Ppp::pppd : Ppp::builtin;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// pptp without --nolaunchpppd becomes a pppd, which starts pptp again on its pty.
#pragma once

#include "common/command_line/pptp_options.hh"

namespace callgate {

// The command that pppd runs by sh on its pty. `self` is the path of pptp.
std::string pty_command(const std::string& self, const PptpOptions& options);

// argv of pppd. The user's own options come last, so that they win. `mtu` is the MTU of PPP; 0
// leaves it to pppd.
std::vector<std::string> pppd_arguments(const std::string& self, const PptpOptions& options,
                                        uint32_t mtu);

// The path of this pptp: pppd must start the same one, and not the first in some PATH.
std::string own_path();

// Returns only on failure, with the reason.
Reason launch_pppd(const std::vector<std::string>& arguments);

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// pptp without --nolaunchpppd: it becomes a pppd that starts pptp again, on its pty.
#pragma once

#include "common/command_line/pptp_options.hh"

namespace callgate {

// One word for sh, whatever it contains.
std::string shell_quote(const std::string& word);

// What pppd hands to sh to be started on its pty. `self` is the path of pptp.
std::string pty_command(const std::string& self, const PptpOptions& options);

// argv of pppd. The user's own options come last: they win. `mtu` is for PPP, 0 = leave it to pppd.
std::vector<std::string> pppd_arguments(const std::string& self, const PptpOptions& options,
                                        uint32_t mtu);

// Becomes pppd. Returns only on failure, and then why.
Reason launch_pppd(const PptpOptions& options, uint32_t mtu);

}  // namespace callgate

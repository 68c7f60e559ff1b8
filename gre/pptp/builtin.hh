// SPDX-License-Identifier: GPL-2.0-or-later
// A tunnel without pppd (--ppp builtin): pptp reads the files that pppd would read, and becomes the
// tunnel process.
#pragma once

#include "common/command_line/pptp_options.hh"
#include "common/pppd/option_files.hh"

namespace callgate {

// For pppd's files of options and secrets.
OptionText load_pppd_file(const std::string& path);

// Runs until the tunnel is over. Returns pppd's exit status (pppd(8)). `mtu` is the MTU of PPP; 0
// leaves it to the options.
int run_builtin(const PptpOptions& options, uint32_t mtu);

}  // namespace callgate

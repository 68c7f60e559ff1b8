// SPDX-License-Identifier: GPL-2.0-or-later
// `pptp call TUNNEL`: the server and pptp's own options are in the pty line of the tunnel's peers
// file. Pure.
#pragma once

#include "common/command_line/pptp_options.hh"
#include "common/pppd/peers_file.hh"

namespace callgate {

// Returns `given` with what the pty line says; an option of the command line wins. Returns why not
// if the tunnel does not exist, or its pty line does not simply start pptp.
std::variant<PptpOptions, Reason> with_tunnel(const PptpOptions& given, const PeersFile& peers);

// argv of pppd. The options of the command line come last in the pty line, so that they win.
std::vector<std::string> pppd_call_arguments(const PptpOptions& given, const PeersFile& peers,
                                             uint32_t mtu);

}  // namespace callgate

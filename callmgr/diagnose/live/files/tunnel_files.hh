// SPDX-License-Identifier: GPL-2.0-or-later
// The files that pppd reads for a tunnel.
#pragma once

#include "common/pppd/peers_file.hh"

namespace callgate::diagnose::live {

// /etc/ppp/peers/TUNNEL, and the files that it names.
PeersFile load_peers(const std::string& tunnel);

}  // namespace callgate::diagnose::live

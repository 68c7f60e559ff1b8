// SPDX-License-Identifier: GPL-2.0-or-later
// What is known to go wrong with a peers file.
#pragma once

#include "callmgr/diagnose/live/step.hh"
#include "common/pppd/peers_file.hh"

namespace callgate::diagnose::live {

// What is wrong with a configuration file, as failures. They never hold a secret.
using Complaints = std::vector<Result>;

// The most important first.
Complaints complaints(const PeersFile& peers);

// What `pppd call TUNNEL dryrun` objects to. `said` is its output.
std::optional<Result> pppd_objection(const PeersFile& peers, int status, const std::string& said);

}  // namespace callgate::diagnose::live

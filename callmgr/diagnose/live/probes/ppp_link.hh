// SPDX-License-Identifier: GPL-2.0-or-later
// Whether an interface is a tunnel to the same server that is to be reached. Many ppp interfaces
// are no tunnels: PPPoE and modems connect to the Internet.
#pragma once

#include "callmgr/diagnose/live/step.hh"

namespace callgate::diagnose::live {

// Why the interface leads back into the tunnel. Empty if no sign of that is found.
std::string leads_back(const Case& the_case, const std::string& interface);

}  // namespace callgate::diagnose::live

// SPDX-License-Identifier: GPL-2.0-or-later
// Whether an interface is a tunnel to the very server that is to be reached. Many a ppp interface
// is no tunnel at all: PPPoE and modems bring the Internet.
#pragma once

#include "callmgr/diagnose/live/step.hh"

namespace callgate::diagnose::live {

// Why the interface leads back into the tunnel, in words; empty = as far as can be seen it does
// not.
std::string leads_back(const Case& the_case, const std::string& interface);

}  // namespace callgate::diagnose::live

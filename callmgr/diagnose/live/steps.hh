// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "callmgr/diagnose/live/step.hh"

namespace callgate::diagnose::live {

// In the order in which a connection is made. The steps about a tunnel's files are at the end.
std::vector<Step> steps(bool with_tunnel);

}  // namespace callgate::diagnose::live

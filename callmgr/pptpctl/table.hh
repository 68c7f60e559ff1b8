// SPDX-License-Identifier: GPL-2.0-or-later
// The subcommands of pptpctl, in the order in which the help text shows them.
#pragma once

#include "callmgr/pptpctl/arguments.hh"

namespace callgate {

const std::vector<Subcommand>& subcommands();

}  // namespace callgate

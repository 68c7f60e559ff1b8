// SPDX-License-Identifier: GPL-2.0-or-later
// pptpconfig TUNNEL start|stop|status, which needs no display.
#pragma once

#include "gui/model/arguments.hh"

namespace callgate::gui {

// Returns the exit status.
int run_without_window(const Arguments& arguments);

}  // namespace callgate::gui

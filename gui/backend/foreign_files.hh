// SPDX-License-Identifier: GPL-2.0-or-later
// Finds files of other programs that may have tunnels, which pptpsetup --import can read. Peers
// files of pppd that run pptp are none, because they are tunnels of ours already.
#pragma once

#include "gui/model/settings.hh"

namespace callgate::gui {

// `root`: a directory, or empty.
Words foreign_files(const std::string& root);

// Whether the user has answered to an offer to import them already.
bool was_import_offered();
void note_import_offered();

}  // namespace callgate::gui

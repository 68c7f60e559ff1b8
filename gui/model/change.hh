// SPDX-License-Identifier: GPL-2.0-or-later
// A change of a tunnel, which pptpsetup makes.
#pragma once

#include <functional>
#include <string>

#include "gui/model/settings.hh"

namespace callgate::gui {

struct Change {
  Words words;           // for pptpsetup: --create, --edit or --delete
  std::string password;  // if --password-stdin is among the words
  std::string select;    // the tunnel to show afterwards; empty: the same as before
  bool connect = false;  // start it afterwards
};

// Is told that the change is made, or would be possible (nullptr), or why not.
using Answer = std::function<void(const Refusal*)>;

// The changes that the user can ask for.
Change edit(const Settings& before, const Settings& after, const std::string& password);
Change create(const Settings& settings, const std::string& password, bool connect);
// Another tunnel with the settings of this one, but those that only one tunnel can have. It does
// not start at boot.
Change copy_tunnel(const Settings& settings, const std::string& name, const std::string& password);
Change rename_tunnel(const std::string& tunnel, const std::string& name);
// Mends the faults of its files that need no question.
Change repair_tunnel(const std::string& tunnel);
Change delete_tunnel(const std::string& tunnel);

// A change of the lines for pppd and pptp, which pptpsetup makes only with a password for each
// time, and the rest. Either of them has no words if there is nothing to do.
struct Parts {
  Change ordinary, expert;
};
Parts split(const Change& change);

}  // namespace callgate::gui

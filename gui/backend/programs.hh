// SPDX-License-Identifier: GPL-2.0-or-later
// The programs that the window runs, and the words with which it runs them.
#pragma once

#include <string>

#include "gui/model/settings.hh"

namespace callgate::gui {

struct Programs {
  std::string pptpsetup, pptpctl, pptp, pkexec, journalctl, man;
  std::string expert, load_modules;  // for pkexec
  std::string root;  // files below it are used, without other rights; empty: those of the system
  bool is_root = false;  // no pkexec is needed

  // The programs of this installation, or those in $PPTPCONFIG_PROGRAMS, for tests.
  static Programs find(const std::string& root);

  // The words for pptpsetup as the user, who may read, and as root, who may write.
  Words reading(const Words& words) const;
  Words writing(const Words& words) const;
};

}  // namespace callgate::gui

// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of pptpconfig.
#pragma once

#include <string>
#include <vector>

namespace callgate::gui {

struct Arguments {
  enum class What { window, start, stop, status, version, help, wrong };
  What what = What::window;
  std::string tunnel;  // empty: none is named
  bool quiet = false;
  bool as_root = false;  // root may open the window
  bool create = false;   // open the page for a new tunnel
  std::string import;    // file to be imported; empty: none
  std::string root;      // directory; empty: /
  std::string mistake;   // if `what` is wrong

  // Whether a display is needed.
  bool opens_window() const { return what == What::window; }
};

// `words`: without the name of the program.
Arguments parse_arguments(const std::vector<std::string>& words);

std::string usage();

}  // namespace callgate::gui

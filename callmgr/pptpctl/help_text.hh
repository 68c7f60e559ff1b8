// SPDX-License-Identifier: GPL-2.0-or-later
// The options of another program, read from what its --help prints. Pure.
#pragma once

#include <deque>

#include "callmgr/pptpctl/arguments.hh"

namespace callgate {

class HelpText {
 public:
  explicit HelpText(std::string_view text);

  // As if its command line were that of a subcommand. Valid as long as this object.
  const Subcommand& command() const { return command_; }

 private:
  void take_line(std::string_view line);
  const char* keep(std::string_view text);

  std::deque<std::string> texts_;
  Subcommand command_{.name = "", .arguments = "", .what = "", .run = nullptr};
};

}  // namespace callgate

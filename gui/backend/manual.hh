// SPDX-License-Identifier: GPL-2.0-or-later
// Reads the manual page of pptpconfig by man.
#pragma once

#include <memory>

#include "gui/backend/process.hh"
#include "gui/backend/programs.hh"
#include "gui/backend/reply.hh"

namespace callgate::gui {

class Manual {
 public:
  explicit Manual(Programs programs) : programs_(std::move(programs)) {}

  void read(Reply<std::string> reply);

 private:
  Programs programs_;
  std::unique_ptr<Process> reading_;
};

}  // namespace callgate::gui

// SPDX-License-Identifier: GPL-2.0-or-later
// Runs pptpctl follow, and gives its events.
#pragma once

#include <memory>

#include "gui/backend/process.hh"
#include "gui/backend/programs.hh"
#include "gui/model/progress.hh"

namespace callgate::gui {

class Follow {
 public:
  using Told = std::function<void(const Event&)>;
  using Ended = std::function<void(const Process::Output&)>;

  // Follows the journal of the tunnel's unit, or with an empty name the lines that are given to
  // push().
  Follow(const Programs& programs, const std::string& tunnel, Told told, Ended ended);

  void push(const std::string& line);
  // No line comes any more. pptpctl then tells what the last lines show, and ends.
  void finish();

 private:
  Process process_;
};

}  // namespace callgate::gui

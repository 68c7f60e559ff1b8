// SPDX-License-Identifier: GPL-2.0-or-later
// Asks the call manager by pptpctl status how well packets pass through a tunnel.
#pragma once

#include <memory>

#include "gui/backend/process.hh"
#include "gui/backend/programs.hh"
#include "gui/model/quality.hh"

namespace callgate::gui {

class Calls {
 public:
  explicit Calls(Programs programs) : programs_(std::move(programs)) {}

  // The answer before is given up.
  void ask(const std::string& tunnel, const std::string& interface,
           std::function<void(const std::optional<Quality>&)> reply);
  void stop() { asking_.reset(); }

 private:
  Programs programs_;
  std::unique_ptr<Process> asking_;
};

}  // namespace callgate::gui

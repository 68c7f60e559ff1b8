// SPDX-License-Identifier: GPL-2.0-or-later
// What the user can ask for in the window. Session does it.
#pragma once

#include <string>

#include "gui/model/finding.hh"
#include "gui/model/settings.hh"

namespace callgate::gui {

class Actions {
 public:
  virtual ~Actions() = default;

  virtual void select(const std::string& tunnel) = 0;
  virtual void connect(const std::string& tunnel) = 0;
  virtual void disconnect(const std::string& tunnel) = 0;
  // Reads all files again. `as_root`: by pkexec.
  virtual void reload(bool as_root) = 0;
  // Checks the settings while the user types. An empty `before.name` means a new tunnel.
  virtual void check(const Settings& before, const Settings& after) = 0;
  virtual void save(const Settings& before, const Settings& after, const std::string& password) = 0;
};

}  // namespace callgate::gui

// SPDX-License-Identifier: GPL-2.0-or-later
// What a notification says of a tunnel whose state has changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gui/model/finding.hh"
#include "gui/model/tunnel.hh"

namespace callgate::gui {

struct Notice {
  // The actions of the application: show the tunnel, connect it, carry out the first remedy.
  static constexpr auto kShow = "show", kConnect = "connect", kRemedy = "remedy";
  struct Button {
    std::string label, action;
    bool operator==(const Button&) const = default;
  };

  std::string title, body;
  std::vector<Button> buttons;
  bool is_urgent = false;
};

// Returns nullopt if the change is worth no notification. `findings` are those of this start.
std::optional<Notice> notice(const Tunnel& before, const Tunnel& now,
                             const std::vector<Finding>& findings);

// Whether what was told of `before`, and what its buttons do, is right for `now` as well.
bool still_holds(const Tunnel& before, const Tunnel& now);

}  // namespace callgate::gui

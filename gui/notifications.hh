// SPDX-License-Identifier: GPL-2.0-or-later
// Notifications of the desktop, with buttons, for what becomes of tunnels that nobody looks at.
#pragma once

#include <giomm/application.h>

#include <functional>

#include "gui/model/notice.hh"

namespace callgate::gui {

class Notifications {
 public:
  // What a button with this text does with a tunnel.
  using Do = std::function<void(const std::string& tunnel, const std::string& text)>;
  struct Buttons {
    Do show, connect, remedy;
  };

  // The application must live longer.
  void attach(Gio::Application& application, const Buttons& buttons);
  // `is_seen`: the user sees the change in the window.
  void tell(const Tunnel& before, const Tunnel& now, const std::vector<Finding>& findings,
            bool is_seen);
  void withdraw(const std::string& tunnel);

 private:
  Gio::Application* application_ = nullptr;
};

}  // namespace callgate::gui

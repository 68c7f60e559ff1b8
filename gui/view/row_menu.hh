// SPDX-License-Identifier: GPL-2.0-or-later
// The menu of a tunnel in the list: by the right mouse button, the Menu key or Shift+F10. The
// Delete key asks to delete the tunnel.
#pragma once

#include <gtkmm/popovermenu.h>

#include <functional>

#include "gui/view/tunnel_list.hh"

namespace callgate::gui {

class RowMenu {
 public:
  // `parent` is around the list. `state` tells the state of the selected tunnel.
  RowMenu(Gtk::Widget& parent, TunnelList& list, std::function<TunnelState()> state);
  ~RowMenu();
  RowMenu(const RowMenu&) = delete;

 private:
  void add_keys();
  void add_mouse();
  void open();

  Gtk::Widget& parent_;
  TunnelList& list_;
  std::function<TunnelState()> state_;
  Gtk::PopoverMenu menu_;
};

}  // namespace callgate::gui

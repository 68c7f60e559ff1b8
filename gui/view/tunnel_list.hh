// SPDX-License-Identifier: GPL-2.0-or-later
// The list of tunnels, each with a mark, its name and its state in words.
#pragma once

#include <gtkmm/listbox.h>

#include <string>
#include <vector>

#include "gui/model/tunnel.hh"

namespace callgate::gui {

class TunnelList : public Gtk::ListBox {
 public:
  TunnelList();

  void show_tunnels(const std::vector<Tunnel>& tunnels, const std::string& selected);
  std::string selected() const;
  sigc::signal<void(std::string)>& signal_chosen() { return chosen_; }
  // A double click, or Enter on a row.
  sigc::signal<void(std::string)>& signal_opened() { return opened_; }

 private:
  class Row;

  void rebuild(const std::vector<Tunnel>& tunnels);
  void mark_selected(const std::string& name);

  std::vector<Row*> rows_;
  bool showing_ = false;
  sigc::signal<void(std::string)> chosen_, opened_;
};

}  // namespace callgate::gui

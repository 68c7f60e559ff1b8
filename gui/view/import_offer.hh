// SPDX-License-Identifier: GPL-2.0-or-later
// The bar that offers to import the tunnels of other programs.
#pragma once

#include <gtkmm/box.h>

#include "gui/model/settings.hh"

namespace callgate::gui {

class ImportOffer : public Gtk::Box {
 public:
  ImportOffer();

  void show_files(const Words& files);
  // The user has chosen this file, or none of them if it is empty.
  sigc::signal<void(std::string)>& signal_answered() { return answered_; }

 private:
  void answer(const std::string& file);

  Gtk::Box files_;
  sigc::signal<void(std::string)> answered_;
};

}  // namespace callgate::gui

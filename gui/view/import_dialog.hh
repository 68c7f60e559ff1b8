// SPDX-License-Identifier: GPL-2.0-or-later
// Takes tunnels from a file of another program: what each field becomes is shown before anything is
// written.
#pragma once

#include <gtkmm/entry.h>
#include <gtkmm/filechoosernative.h>

#include "gui/view/actions.hh"
#include "gui/view/dialog.hh"

namespace callgate::gui {

class ImportDialog : public Dialog {
 public:
  explicit ImportDialog(Actions& actions);

  // With a file, it is read at once.
  void open_file(Gtk::Window& parent, const std::string& file);

 private:
  void read();
  void choose();
  void show_found(const std::vector<Found>& found);
  void add_found(const Found& found);

  Actions& actions_;
  Gtk::Entry file_;
  Gtk::Box found_;
  int reads_ = 0;  // what an earlier one has found is not shown any more
  Glib::RefPtr<Gtk::FileChooserNative> chooser_;
};

}  // namespace callgate::gui

// SPDX-License-Identifier: GPL-2.0-or-later
// A line at the top that says what has failed, and offers to try it with an administrator's
// password.
#pragma once

#include <gtkmm/box.h>
#include <gtkmm/button.h>
#include <gtkmm/label.h>

#include "gui/view/actions.hh"

namespace callgate::gui {

class ProblemBar : public Gtk::Box {
 public:
  explicit ProblemBar(Actions& actions);

  void show_problem(const std::string& sentence, bool as_root);

 private:
  Gtk::Label label_;
  Gtk::Button as_root_, close_;
};

}  // namespace callgate::gui

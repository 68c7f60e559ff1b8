// SPDX-License-Identifier: GPL-2.0-or-later
// The most probable cause of a failure, buttons for its remedies, and the lines that show it.
#pragma once

#include <gtkmm/box.h>
#include <gtkmm/label.h>

#include "gui/model/progress.hh"
#include "gui/view/actions.hh"

namespace callgate::gui {

class FailureBox : public Gtk::Box {
 public:
  explicit FailureBox(Actions& actions);

  void show_findings(const Tunnel& tunnel, const Progress& progress);
  // The first one of the cause that is shown, if there is one.
  void carry_out_remedy();

 private:
  void add_finding(const Finding& finding);
  void add_text(const std::string& text);
  Gtk::Widget* action_button(const Action& action);
  void carry_out(const Action& action);
  void change(const Action& action, const std::string& value);

  Actions& actions_;
  std::string tunnel_;
  std::vector<Finding> shown_;
  Gtk::Label* note_ = nullptr;  // what a remedy has done
};

}  // namespace callgate::gui

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
  // The first one of the cause that is shown, if there is one and its button has this text.
  void carry_out_remedy(const std::string& text);

 private:
  // What a remedy is for. The box may show something else when the user has answered.
  struct Failure {
    std::string tunnel;
    std::vector<Finding> findings;
    bool operator==(const Failure&) const = default;
  };

  void add_finding(const Finding& finding);
  void add_text(const std::string& text);
  Gtk::Widget* action_button(const Action& action);
  void carry_out(const Action& action);
  void change(const Failure& failure, const Action& action, const std::string& value);

  Actions& actions_;
  Failure shown_;
  Gtk::Label* note_ = nullptr;  // what a remedy has done
};

}  // namespace callgate::gui

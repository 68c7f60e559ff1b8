// SPDX-License-Identifier: GPL-2.0-or-later
// Makes a new tunnel. Its server can be tested before anything is written.
#pragma once

#include "gui/view/actions.hh"
#include "gui/view/dialog.hh"
#include "gui/view/form.hh"
#include "gui/view/steps_box.hh"

namespace callgate::gui {

class CreateDialog : public Dialog {
 public:
  explicit CreateDialog(Actions& actions);

  // `taken`: the names that tunnels have.
  void open_empty(Gtk::Window& parent, const Words& taken);

 private:
  void edited();
  void create(bool connect);
  Settings entered() const;
  void show_answer(const Refusal* refusal);
  void set_busy(bool busy);

  Actions& actions_;
  Form form_;
  StepsBox steps_;
  Gtk::Button *test_, *create_, *create_and_connect_;
  Words taken_;
  std::string proposed_;
  int openings_ = 0;  // what was entered in an earlier one is not shown any more
};

}  // namespace callgate::gui

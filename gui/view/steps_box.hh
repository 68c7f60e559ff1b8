// SPDX-License-Identifier: GPL-2.0-or-later
// The steps of a test, one line each, and its conclusion.
#pragma once

#include <gtkmm/box.h>
#include <gtkmm/grid.h>
#include <gtkmm/label.h>

#include "gui/view/actions.hh"

namespace callgate::gui {

class StepsBox : public Gtk::Box {
 public:
  explicit StepsBox(Actions& actions);

  // Tests a server or a tunnel, and shows the steps as they come.
  void test(const Words& words);
  void reset();

 private:
  void add(const Step& step);
  void end(const std::string& failure);

  Actions& actions_;
  std::shared_ptr<void> test_;
  std::vector<Step> steps_;
  std::vector<Finding> findings_;
  Gtk::Label title_;
  Gtk::Grid grid_;
  Gtk::Label conclusion_;
};

}  // namespace callgate::gui

// SPDX-License-Identifier: GPL-2.0-or-later
// The state of a tunnel: its stages with their times, and if it has failed, the cause.
#pragma once

#include <gtkmm/box.h>
#include <gtkmm/button.h>
#include <gtkmm/grid.h>
#include <gtkmm/label.h>
#include <gtkmm/stack.h>

#include "gui/model/progress.hh"
#include "gui/view/actions.hh"
#include "gui/view/failure_box.hh"
#include "gui/view/graph.hh"
#include "gui/view/steps_box.hh"

namespace callgate::gui {

class StatusPage : public Gtk::Box {
 public:
  StatusPage(Actions& actions, Gtk::Stack& stack);

  void show_status(const Tunnel& tunnel, const Progress& progress);
  void show_rates(const Rates& rates, const std::optional<Quality>& quality) {
    graph_.show_rates(rates, quality);
  }
  void test();
  void carry_out_remedy(const std::string& text) { failure_.carry_out_remedy(text); }

 private:
  void show_stages(const std::vector<Stage>& stages);

  Actions& actions_;
  std::string tunnel_;
  TunnelState state_ = TunnelState::off;
  Gtk::Label title_, server_, sentence_;
  Gtk::Button button_;
  Gtk::Grid stages_;
  FailureBox failure_;
  Graph graph_;
  StepsBox steps_;
};

}  // namespace callgate::gui

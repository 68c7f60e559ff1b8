// SPDX-License-Identifier: GPL-2.0-or-later
// The rates of the last minute: the numbers as text, and a graph beside them.
#pragma once

#include <gtkmm/box.h>
#include <gtkmm/drawingarea.h>
#include <gtkmm/label.h>

#include "gui/model/quality.hh"
#include "gui/model/rates.hh"

namespace callgate::gui {

class Graph : public Gtk::Box {
 public:
  Graph();

  void show_rates(const Rates& rates, const std::optional<Quality>& quality);

 private:
  void draw(const Cairo::RefPtr<Cairo::Context>& context, int width, int height);
  void draw_line(const Cairo::RefPtr<Cairo::Context>& context, int width, int height,
                 double Rates::Sample::*rate);

  Rates rates_;
  Gtk::Label received_, sent_, quality_;
  Gtk::DrawingArea area_;
};

}  // namespace callgate::gui

// SPDX-License-Identifier: GPL-2.0-or-later
// The log of a tunnel's last start. A line that is understood has its meaning below it.
#pragma once

#include <gtkmm/box.h>
#include <gtkmm/entry.h>
#include <gtkmm/scrolledwindow.h>
#include <gtkmm/stack.h>
#include <gtkmm/textview.h>

#include <deque>
#include <string>

#include "gui/model/log_view.hh"
#include "gui/model/progress.hh"
#include "gui/view/actions.hh"

namespace callgate::gui {

class LogPage : public Gtk::Box {
 public:
  LogPage(Actions& actions, Gtk::Stack& stack);

  void show_log(const std::string& tunnel, const std::deque<std::string>& log,
                const Progress& progress);
  void find();

 private:
  Gtk::Widget& filter_buttons();
  void write();
  void find_next();

  std::string tunnel_, shown_;
  std::deque<std::string> log_;
  Progress progress_;
  LogFilter filter_ = LogFilter::all;
  Gtk::Entry find_;
  Gtk::ScrolledWindow scrolled_;
  Gtk::TextView text_;
  Glib::RefPtr<Gtk::TextTag> meaning_;
  Glib::RefPtr<Gtk::TextMark> end_;
};

}  // namespace callgate::gui

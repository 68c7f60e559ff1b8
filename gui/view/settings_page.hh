// SPDX-License-Identifier: GPL-2.0-or-later
// The settings of a tunnel on two pages, Settings and Routes & DNS, with one Save for both.
#pragma once

#include <gtkmm/box.h>
#include <gtkmm/button.h>
#include <gtkmm/label.h>
#include <gtkmm/stack.h>

#include <set>

#include "gui/view/actions.hh"
#include "gui/view/form.hh"

namespace callgate::gui {

// The fields of each page.
void add_link_fields(Form& form);
void add_route_fields(Form& form);

class SettingsPages {
 public:
  SettingsPages(Actions& actions, Gtk::Stack& stack);

  // The settings of this tunnel are read: until they are shown, nothing can be entered.
  void expect(const std::string& tunnel);
  void show_settings(const Settings& settings);
  // Without settings: why they cannot be read.
  void show_unreadable(const std::string& sentence);
  // The answer of a check: nullptr if all is well.
  void show_checked(const Refusal* refusal);
  bool changed() const;
  void save();
  void discard();

 private:
  struct Page {
    Form form;
    Gtk::Label note;
    Gtk::Button save, discard;
    Glib::RefPtr<Gtk::StackPage> tab;
    std::string title;
  };

  void add(Page& page, Gtk::Stack& stack, const char* name, const std::string& title);
  void edited();
  void update();
  bool changed(const Page& page) const;
  bool can_edit() const;
  Settings entered() const;

  Actions& actions_;
  Page link_, routes_;
  Gtk::Label* other_lines_;
  Settings before_;
  std::set<std::string> saving_;  // the tunnels of the changes that are not answered yet
  bool readable_ = false, expected_ = false, refused_ = false;
};

}  // namespace callgate::gui

// SPDX-License-Identifier: GPL-2.0-or-later
// The window: the list of tunnels on the left, and the pages of the selected one.
#pragma once

#include <gtkmm/applicationwindow.h>
#include <gtkmm/headerbar.h>
#include <gtkmm/paned.h>
#include <gtkmm/stack.h>
#include <gtkmm/stackswitcher.h>

#include <vector>

#include "gui/view/actions.hh"
#include "gui/view/create_dialog.hh"
#include "gui/view/import_dialog.hh"
#include "gui/view/import_offer.hh"
#include "gui/view/log_page.hh"
#include "gui/view/problem_bar.hh"
#include "gui/view/row_menu.hh"
#include "gui/view/settings_page.hh"
#include "gui/view/status_page.hh"
#include "gui/view/tunnel_list.hh"

namespace callgate::gui {

class MainWindow : public Gtk::ApplicationWindow {
 public:
  explicit MainWindow(Actions& actions);

  void show_tunnels(const std::vector<Tunnel>& tunnels, const std::string& selected);
  void show_status(const Tunnel& tunnel, const Progress& progress);
  SettingsPages& settings() { return settings_; }
  // `as_root`: the same can be tried with an administrator's password.
  void show_problem(const std::string& sentence, bool as_root);
  void clear_problem();
  void show_log(const std::string& tunnel, const std::deque<std::string>& log,
                const Progress& progress);
  void show_rates(const Rates& rates, const std::optional<Quality>& quality) {
    status_.show_rates(rates, quality);
  }
  // The page with what has become of the selected tunnel.
  void open_status() { pages_.set_visible_child("status"); }
  // The first one for the failure that is shown, if its button has this text. It may ask the user
  // before.
  void carry_out_remedy(const std::string& text) { status_.carry_out_remedy(text); }
  // Into the clipboard.
  void copy(const std::string& text);
  void open_create();
  void open_import(const std::string& file);
  void offer_import(const Words& files) { offer_.show_files(files); }

 private:
  void build();
  Gtk::Widget& warning_bar();
  void build_header();
  void add_shortcuts();
  void accept_files();
  void ask_rename();
  void ask_delete();
  void ask_repair();
  void ask_duplicate();
  Answer show_refusal();
  void toggle_connection(const std::string& tunnel);

  Actions& actions_;
  std::vector<Tunnel> tunnels_;
  Gtk::HeaderBar header_;
  Gtk::StackSwitcher switcher_;
  Gtk::Paned paned_;
  Gtk::Box sidebar_{Gtk::Orientation::VERTICAL};
  TunnelList list_;
  Gtk::Stack content_;  // the pages, or what to do if there is no tunnel
  Gtk::Stack pages_;
  ProblemBar problem_;
  ImportOffer offer_;
  StatusPage status_;
  SettingsPages settings_;
  LogPage log_;
  CreateDialog create_;
  ImportDialog import_;
  RowMenu row_menu_;
};

}  // namespace callgate::gui

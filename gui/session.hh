// SPDX-License-Identifier: GPL-2.0-or-later
// What the window knows: the tunnels, how far each has come, and its settings. It does what the
// user asks for, and shows what has changed.
#pragma once

#include <giomm/filemonitor.h>

#include <map>

#include "gui/backend/setup.hh"
#include "gui/starter.hh"
#include "gui/view/main_window.hh"

namespace callgate::gui {

class Session : public Actions {
 public:
  explicit Session(const Programs& programs);
  ~Session() override;

  MainWindow& window() { return window_; }

  void select(const std::string& tunnel) override;
  void connect(const std::string& tunnel) override;
  void disconnect(const std::string& tunnel) override;
  void reload(bool as_root) override;
  void check(const Settings& before, const Settings& after) override;
  void save(const Settings& before, const Settings& after, const std::string& password) override;

 private:
  Starter::Listener listener();
  void watch_files();
  void reload_soon();
  void take_tunnels(std::vector<Tunnel> tunnels);
  void on_event(const std::string& tunnel, const Event& event);
  // What the list says of a tunnel, and what its log says.
  Tunnel with_progress(Tunnel tunnel) const;
  void show_all();
  void show_selected();
  void load_settings();
  Progress& progress_of(const std::string& tunnel);

  Programs programs_;
  Setup setup_;
  Starter starter_;
  std::vector<Tunnel> listed_, shown_;
  std::map<std::string, Progress> progress_;
  std::map<std::string, std::vector<std::string>> logs_;
  std::string selected_;
  std::string wanted_;  // to be selected when the list comes
  bool as_root_ = false;
  std::vector<Glib::RefPtr<Gio::FileMonitor>> monitors_;
  sigc::connection reload_timer_, check_timer_;
  MainWindow window_;
};

}  // namespace callgate::gui

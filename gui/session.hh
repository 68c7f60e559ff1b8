// SPDX-License-Identifier: GPL-2.0-or-later
// What the window knows: the tunnels, how far each has come, and its settings. It does what the
// user asks for, and shows what has changed.
#pragma once

#include <giomm/filemonitor.h>

#include "gui/backend/calls.hh"
#include "gui/backend/diagnose.hh"
#include "gui/backend/manual.hh"
#include "gui/backend/setup.hh"
#include "gui/model/known_tunnels.hh"
#include "gui/model/rates.hh"
#include "gui/notifications.hh"
#include "gui/starter.hh"
#include "gui/view/main_window.hh"

namespace callgate::gui {

class Session : public Actions {
 public:
  explicit Session(const Programs& programs);
  ~Session() override;

  MainWindow& window() { return window_; }
  // The actions of the buttons of notifications.
  void add_actions(Gio::Application& application);

  void select(const std::string& tunnel) override;
  void connect(const std::string& tunnel) override;
  void disconnect(const std::string& tunnel) override;
  void reload(bool as_root) override;
  void check(const Words& words, Answer answer) override;
  void stop_check() override;
  void write(const Change& change, Answer answer) override;
  void tell_refusal(const std::string& tunnel, const Refusal& refusal) override;
  void duplicate(const std::string& tunnel, const std::string& name, const std::string& password,
                 Answer answer) override;
  void copy_command(const std::string& tunnel) override;
  void show_help() override;
  void load_modules(Answer answer) override;
  std::shared_ptr<void> test(const Words& words, std::function<void(const TestLine&)> told,
                             std::function<void(const std::string& failure)> ended) override;
  void report(const std::string& tunnel) override;
  void read_import(const std::string& file, std::function<void(const std::vector<Found>&)> found,
                   Answer refused) override;
  void note_import_offered() override;

 private:
  Starter::Listener listener();
  void watch_files();
  void reload_soon();
  void list(bool as_root, Answer answer);
  void take_tunnels(std::vector<Tunnel> tunnels);
  void offer_import();
  void on_event(const std::string& tunnel, const Event& event);
  void show_all();
  void load_settings();
  bool measure();
  void forget_measures();
  void ask_for_quality(const Tunnel& tunnel);
  void notify(const std::vector<Tunnel>& before);
  // Returns whether the tunnel is shown.
  bool open(const std::string& tunnel);
  void connect_again(const std::string& tunnel);

  Programs programs_;
  Setup setup_;
  Diagnose diagnose_;
  Manual manual_;
  Calls calls_;
  Starter starter_;
  KnownTunnels known_;
  Notifications notifications_;
  std::vector<Tunnel> shown_;
  Rates rates_;
  std::optional<Quality> quality_;
  long next_question_ = 0;  // for the quality, in microseconds of the monotonic clock
  std::string measured_;    // the tunnel and interface of these rates
  unsigned long checks_ = 0;  // only the answer of the last one is told
  unsigned long lists_ = 0;   // that were asked for
  unsigned long list_ = 0;    // that is shown
  unsigned long shows_ = 0;   // only the settings that were asked for last are shown
  unsigned long selects_ = 0;
  std::string selected_;
  std::string wanted_;  // to be selected when the list comes
  bool as_root_ = false;
  bool looked_for_foreign_files_ = false;
  std::vector<Glib::RefPtr<Gio::FileMonitor>> monitors_;
  sigc::connection reload_timer_, check_timer_, measure_timer_;
  MainWindow window_;
};

}  // namespace callgate::gui

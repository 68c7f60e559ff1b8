// SPDX-License-Identifier: GPL-2.0-or-later
// Starts and stops the units of tunnels by systemd's D-Bus, and tells when one of them changes.
#pragma once

#include <giomm/dbusconnection.h>

#include <functional>
#include <map>
#include <string>

#include "gui/backend/reply.hh"

namespace callgate::gui {

class Units {
 public:
  // `changed` is called when a unit of a tunnel has changed.
  explicit Units(std::function<void()> changed);
  ~Units();

  // Whether this host has systemd, and its bus answers.
  bool available() const { return bool(bus_); }
  // The result is systemd's word for how the job has ended: done, failed, canceled ... polkit may
  // ask the user for a password.
  void start(const std::string& unit, Reply<std::string> reply);
  void stop(const std::string& unit, Reply<std::string> reply);

 private:
  void call(const char* method, const std::string& unit, Reply<std::string> reply);
  void subscribe();
  void on_job_removed(const Glib::VariantContainerBase& parameters);

  Glib::RefPtr<Gio::DBus::Connection> bus_;
  std::function<void()> changed_;
  std::map<std::string, Reply<std::string>> jobs_;  // by their object paths
  std::map<std::string, std::string> early_;        // results of jobs that nobody waits for yet
  guint subscriptions_[2]{};
};

}  // namespace callgate::gui

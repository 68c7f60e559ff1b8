// SPDX-License-Identifier: GPL-2.0-or-later
// Starts and stops a tunnel: by systemd if it is there, or else by pptp.
#pragma once

#include <ctime>
#include <map>
#include <memory>

#include "gui/backend/follow.hh"
#include "gui/backend/units.hh"
#include "gui/model/tunnel.hh"

namespace callgate::gui {

class Starter {
 public:
  struct Listener {
    std::function<void(const std::string& tunnel, const Event&)> event;
    std::function<void(const std::string& tunnel, const std::string& line)> line;
    std::function<void()> changed;
    // A start has ended, and no event comes any more.
    std::function<void(const std::string& tunnel)> settled;
    // Its log cannot be read. Only systemd and the processes then say how a unit's tunnel is.
    std::function<void(const std::string& tunnel)> unknown;
    std::function<void(const std::string& sentence)> unreadable;
    // The tunnel is off, so its log is not followed any longer.
    std::function<void(const std::string& tunnel)> cut_off;
    // The tunnel could not be started or stopped.
    std::function<void(const std::string& tunnel, const std::string& sentence)> failed;
  };

  Starter(Programs programs, Listener listener);

  void start(const Tunnel& tunnel);
  void stop(const Tunnel& tunnel);
  // Tells the events of a tunnel that runs already, or has failed, or does neither any more.
  void watch(const Tunnel& tunnel);
  // Forgets each tunnel that is not listed any more.
  void forget_others(const std::vector<Tunnel>& listed);
  // Whether only the log says which tunnels run: their files are below another root.
  bool is_elsewhere() const { return !programs_.root.empty(); }
  bool runs(const std::string& tunnel) const { return runs_.count(tunnel) > 0; }

 private:
  struct Run {
    std::unique_ptr<Follow> follow;
    std::unique_ptr<Process> pptp, journal;
  };

  bool by_systemd() const { return !is_elsewhere() && units_.available(); }
  void follow_unit(const Tunnel& tunnel);
  void run_pptp(const std::string& tunnel);
  void stop_by_pptpsetup(const std::string& tunnel, bool as_root);
  std::unique_ptr<Follow> follow(const std::string& tunnel, bool by_unit);

  Programs programs_;
  Listener listener_;
  Units units_;
  std::map<std::string, Run> runs_;
  std::map<std::string, std::time_t> started_;  // by us
  std::map<std::string, std::unique_ptr<Process>> stopping_;
};

}  // namespace callgate::gui

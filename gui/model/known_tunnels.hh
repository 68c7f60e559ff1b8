// SPDX-License-Identifier: GPL-2.0-or-later
// All tunnels: what pptpsetup lists, what the log of each says, and the log itself.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gui/model/progress.hh"
#include "gui/model/tunnel.hh"

namespace callgate::gui {

class KnownTunnels {
 public:
  static constexpr size_t kLogLines = 5000;

  // `only_log`: nobody but the log knows which tunnels run, because the files are below another
  // root.
  explicit KnownTunnels(bool only_log) : only_log_(only_log) {}

  // What was known of a tunnel that is not listed any more is forgotten: another one may get its
  // name.
  void take(std::vector<Tunnel> listed);
  // A start or a stop begins, or a tunnel has ended: what was known of the last start is forgotten.
  void begin(const std::string& tunnel);
  void stop(const std::string& tunnel);
  void end(const std::string& tunnel);
  // Whether its stop has begun, and it still runs. Its log then says nothing new: it ends because
  // the user wants that.
  bool is_stopping(const std::string& tunnel) const { return stopping_.count(tunnel) > 0; }
  // It has ended before its log could tell how. A failure that is known stays.
  void cut_off(const std::string& tunnel);
  // Its log has ended.
  void settle(const std::string& tunnel) { progress_[tunnel].settle(); }
  // Returns whether the state has changed.
  bool add(const std::string& tunnel, const Event& event);
  void add_line(const std::string& tunnel, const std::string& line);

  const std::vector<Tunnel>& listed() const { return listed_; }
  // With the state that the log says if it knows better.
  std::vector<Tunnel> shown() const;
  const Progress& progress(const std::string& tunnel) const;
  const std::deque<std::string>& log(const std::string& tunnel) const;

 private:
  Progress fresh(const std::string& tunnel) const;
  Tunnel with_progress(Tunnel tunnel) const;

  bool only_log_;
  std::vector<Tunnel> listed_;
  mutable std::map<std::string, Progress> progress_;
  std::map<std::string, std::deque<std::string>> logs_;
  std::set<std::string> stopping_;
};

}  // namespace callgate::gui

// SPDX-License-Identifier: GPL-2.0-or-later
// How far the start of a tunnel has come: the events of pptpctl follow --json, as eight stages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gui/model/finding.hh"
#include "gui/model/tunnel.hh"

namespace callgate::gui {

// A line of pptpctl follow --json.
struct Event {
  enum class Kind { attempt, stage, up, finding, retry, down };
  Kind kind = Kind::attempt;
  std::string stage, detail, line;
  std::optional<double> time;  // seconds since 1970
  std::string interface, local, remote;
  Finding finding;       // the rule is empty if the last one does not hold any longer
  bool healthy = false;  // down: nothing was wrong
};

// Returns nullopt if the line is not an event.
std::optional<Event> parse_event(std::string_view line);

struct Stage {
  enum class Mark { ahead, running, done, failed };
  std::string title;
  Mark mark = Mark::ahead;
  std::string detail;
  std::optional<long> milliseconds;  // since the stage before
};

const char* mark(Stage::Mark mark);
std::string word(Stage::Mark mark);

class Progress {
 public:
  // What the tunnel wants: without encryption or networks, these stages are left out.
  Progress(bool encryption, bool networks);
  Progress() : Progress(true, true) {}

  void add(const Event& event);
  // The user has asked for a start: no attempt has begun yet.
  void begin();
  // Nothing more comes: an attempt that has not come to its end has failed.
  void settle();
  // The tunnel has ended because the user wanted that.
  void end();

  TunnelState state() const { return state_; }
  // Whether its log has told a stage.
  bool is_known() const { return reached_ > 0; }
  int attempt() const { return attempts_; }
  const std::vector<Stage>& stages() const { return stages_; }
  const std::vector<Finding>& findings() const { return findings_; }
  const std::string& interface() const { return interface_; }
  const std::string& local() const { return local_; }
  const std::string& remote() const { return remote_; }
  // What a line of the log means; empty if nothing is known.
  std::string meaning(const std::string& line) const;

 private:
  void restart();
  void reach(const Event& event);
  void up(const Event& event);
  void fail();
  void found(const Finding& finding);
  void remember(const std::string& line, const std::string& meaning);

  bool encryption_, networks_;
  TunnelState state_ = TunnelState::off;
  int attempts_ = 0;
  std::vector<Stage> stages_;
  std::vector<std::string> names_;  // the word of `follow` for each stage
  size_t reached_ = 0;              // how many stages are done
  std::optional<double> last_time_;
  std::vector<Finding> findings_;
  std::string interface_, local_, remote_;
  std::vector<std::pair<std::string, std::string>> meanings_;  // line, meaning
};

// The one sentence that says where the tunnel is.
std::string sentence(const Tunnel& tunnel, const Progress& progress);

}  // namespace callgate::gui

// SPDX-License-Identifier: GPL-2.0-or-later
// Tells what happens to a tunnel while its log is read. Stages and addresses come with the line
// that shows them. A finding and an end need a moment, because the next lines may explain them.
#pragma once

#include <deque>

#include "callmgr/diagnose/analyzer.hh"
#include "callmgr/diagnose/event.hh"

namespace callgate::diagnose {

class Follower {
 public:
  using Sink = std::function<void(const Event&)>;

  Follower(const RuleBase& rules, Sink sink);

  void push(std::string_view bytes) { analyzer_.push(bytes); }
  // Tells the findings and ends that the lines so far show. The caller does so kSettle after a
  // line, and a new attempt does so for those before it.
  void settle();
  bool unsettled() const { return unsettled_; }
  // Tells the rest. The diagnosis is the same as that of the whole log.
  Diagnosis finish();

  static constexpr std::chrono::milliseconds kSettle{500};

 private:
  // What has been told of an attempt.
  struct Told {
    uint64_t first_line, number;
    Stage stage = Stage::started;  // the event `attempt` says this one
    bool up = false, down = false;
    uint64_t retries = 0;
    std::string interface, local, remote, rule;
    SourceLine ended;
    std::string ended_stamp;
    uint32_t pid = 0;
  };
  static constexpr size_t kMaxTold = 2 * AttemptTracker::kMaxOpen;

  void note(const Attempt& attempt, const LogLine& line);
  void note_stages(Told& told, const Attempt& attempt, const SourceLine& line);
  static void note_addresses(Told& told, std::string_view text);
  void settle(Told& told, const AttemptReport& report);
  Told* find(uint64_t first_line);
  Told& begin(const Attempt& attempt, const SourceLine& line);
  Event event(Event::Kind kind, const Told& told, const SourceLine& line) const;

  Sink sink_;
  Analyzer analyzer_;
  std::deque<Told> told_;
  uint64_t attempts_ = 0;
  std::string stamp_;  // of the line that is read
  bool unsettled_ = false;
};

}  // namespace callgate::diagnose

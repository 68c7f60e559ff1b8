// SPDX-License-Identifier: GPL-2.0-or-later
// Diagnoses a whole log: bytes -> lines -> attempts -> findings. The memory does not depend on the
// length of the log.
#pragma once

#include <functional>

#include "callmgr/diagnose/attempt_tracker.hh"
#include "callmgr/diagnose/diagnosis.hh"
#include "callmgr/diagnose/log/line_splitter.hh"
#include "callmgr/diagnose/log/rejoiner.hh"

namespace callgate::diagnose {

class Analyzer {
 public:
  // Is called with each line that may concern a tunnel, both raw and parsed.
  using Tap = std::function<void(std::string_view raw, const LogLine& line)>;

  // Is called with each attempt that has just taken a line.
  using Watch = std::function<void(const Attempt& attempt, const LogLine& line)>;

  explicit Analyzer(const RuleBase& rules, Tap tap = {}, Watch watch = {})
      : rules_(rules), tap_(std::move(tap)), watch_(std::move(watch)), tracker_(rules) {}

  void push(std::string_view bytes);
  // What the lines show so far, of each attempt that may still go on. They have no numbers yet.
  std::vector<AttemptReport> so_far() const;
  Diagnosis finish();

 private:
  void take_raw(std::string_view raw);
  void take(LogLine line);
  void match(LogLine& line);
  void repeat(const LogLine& line);
  void keep(const Attempt& attempt);
  void choose();

  const RuleBase& rules_;
  Tap tap_;
  Watch watch_;
  LineSplitter splitter_;
  Rejoiner rejoiner_;
  AttemptTracker tracker_;
  Diagnosis diagnosis_;
  KeptLine last_;
  bool last_concerns_ = false;  // the last line of the log is last_
  std::string plain_, scratch_;
  std::vector<int> matches_, matches_after_name_;
};

}  // namespace callgate::diagnose

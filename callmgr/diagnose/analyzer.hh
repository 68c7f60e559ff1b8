// SPDX-License-Identifier: GPL-2.0-or-later
// A whole log: bytes -> lines -> attempts -> findings. Takes the same memory for any length.
#pragma once

#include "callmgr/diagnose/attempt_tracker.hh"
#include "callmgr/diagnose/diagnosis.hh"
#include "callmgr/diagnose/line_splitter.hh"
#include "callmgr/diagnose/rejoiner.hh"

namespace callgate::diagnose {

class Analyzer {
 public:
  explicit Analyzer(const RuleBase& rules) : rules_(rules), tracker_(rules) {}

  void push(std::string_view bytes);
  Diagnosis finish();

 private:
  void take_raw(std::string_view raw);
  void take(const LogLine& line);
  void keep(const Attempt& attempt);
  void choose();

  const RuleBase& rules_;
  LineSplitter splitter_;
  Rejoiner rejoiner_;
  AttemptTracker tracker_;
  Diagnosis diagnosis_;
  std::string scratch_;
  std::vector<int> matches_;
};

}  // namespace callgate::diagnose

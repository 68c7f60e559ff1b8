// SPDX-License-Identifier: GPL-2.0-or-later
// What is sent to somebody who helps: the report and the log, both without names and addresses.
#pragma once

#include <deque>

#include "callmgr/diagnose/diagnosis.hh"
#include "callmgr/diagnose/log/redactor.hh"

namespace callgate::diagnose {

// The end of a log, bounded: only lines of programs that have to do with tunnels.
class LogKeeper {
 public:
  static constexpr size_t kMaxBytes = 8 << 20;

  void keep(std::string_view raw, const LogLine& line);
  // Each line under its number; redacted where there is a redactor.
  std::string text(Redactor* redactor) const;

 private:
  struct Kept {
    uint64_t number;
    std::string raw;
  };
  std::deque<Kept> lines_;
  size_t bytes_ = 0;
  uint64_t dropped_ = 0;
};

// The texts of the log that a diagnosis holds.
void redact(Diagnosis& diagnosis, Redactor& redactor);

}  // namespace callgate::diagnose

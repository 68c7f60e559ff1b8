// SPDX-License-Identifier: GPL-2.0-or-later
// The file that a user sends to someone who helps: the report and the log, without names and
// addresses.
#pragma once

#include <deque>

#include "callmgr/diagnose/diagnosis.hh"
#include "callmgr/diagnose/log/redactor.hh"

namespace callgate::diagnose {

// Keeps the end of a log, up to a limit: only the lines of programs that concern tunnels.
class LogKeeper {
 public:
  static constexpr size_t kMaxBytes = 8 << 20;  // of memory, not only of text

  void keep(std::string_view raw, const LogLine& line);
  // Each line with its number, redacted if there is a redactor.
  std::string text(Redactor* redactor) const;

 private:
  struct Kept {
    uint64_t number;
    std::string raw;
    size_t bytes() const;
  };
  std::deque<Kept> lines_;
  size_t bytes_ = 0;
  uint64_t dropped_ = 0;
};

// Redacts the lines of the log that a diagnosis holds.
void redact(Diagnosis& diagnosis, Redactor& redactor);

}  // namespace callgate::diagnose

// SPDX-License-Identifier: GPL-2.0-or-later
// Joins lines that a mail program or a terminal has wrapped. A packet that pppd prints has a
// closing bracket, so a line without it continues in the next one, if that looks like the rest. A
// line of syslog that ends with a colon continues in the next one, if that has no prefix.
#pragma once

#include <optional>

#include "callmgr/diagnose/log/log_line.hh"

namespace callgate::diagnose {

class Rejoiner {
 public:
  static constexpr size_t kMaxJoined = 4096;
  static constexpr int kMaxPieces = 6;

  // Calls sink(const LogLine&) for each complete line. A wrapped line comes one line later.
  template <typename Sink>
  void push(const LogLine& line, Sink&& sink) {
    if (held_ && continues(line)) {
      append(line);
      if (complete() || ++pieces_ == kMaxPieces) finish(sink);
      return;
    }
    finish(sink);
    is_open(line) ? hold(line) : sink(line);
  }

  template <typename Sink>
  void finish(Sink&& sink) {
    if (!held_) return;
    held_ = false;
    sink(kept_.line());
  }

 private:
  static bool is_open(const LogLine& line);
  bool complete() const { return !is_open(kept_.line()); }
  bool continues(const LogLine& line) const;
  void hold(const LogLine& line);
  void append(const LogLine& line);

  bool held_ = false;
  int pieces_ = 0;
  KeptLine kept_;
};

}  // namespace callgate::diagnose

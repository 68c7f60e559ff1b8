// SPDX-License-Identifier: GPL-2.0-or-later
// What a log tells about a tunnel while it is read, one event after the other.
#pragma once

#include "callmgr/diagnose/diagnosis.hh"

namespace callgate::diagnose {

struct Event {
  enum class Kind : uint8_t {
    attempt,  // an attempt has begun
    stage,    // it has come this far
    up,       // both sides have addresses
    finding,  // this is now the most probable cause; no finding: the last one holds no longer
    retry,    // another attempt is announced
    down,     // the attempt has ended
  };

  Kind kind = Kind::attempt;
  uint64_t attempt = 0;  // number in the log: 1 is the first
  uint32_t pid = 0;      // pppd's; 0: not known
  SourceLine line;       // the line that shows it
  std::string stamp;     // the time as this line has it; empty if it has none

  Stage stage = Stage::none;             // how far the attempt has come
  bool implied = false;                  // stage: no line shows this stage, but a later one
  std::string interface, local, remote;  // up; empty if the log does not say
  Verdict verdict = Verdict::unknown;    // down
  std::optional<Finding> finding;        // finding; down: the most probable cause
};
std::string_view name(Event::Kind kind);

}  // namespace callgate::diagnose

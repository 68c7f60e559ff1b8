// SPDX-License-Identifier: GPL-2.0-or-later
// What the rule files hold. A rule says which lines and facts point at one cause, what that cause
// is and what mends it; a marker says what a line means for the course of a connection.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "callmgr/diagnose/condition.hh"
#include "callmgr/diagnose/link.hh"
#include "callmgr/diagnose/stage.hh"

namespace callgate::diagnose {

using Patterns = std::vector<size_t>;  // indices into the rule base's patterns

enum class Severity : uint8_t { problem, notice };

struct Rule {
  std::string id, entry, title, cause, remedy, file;
  uint32_t line = 0;            // in its file
  Patterns lines;               // one of them must be there
  Patterns all;                 // each of them must be there
  Patterns none;                // none of them may be there
  uint64_t times = 1;           // how many lines of the log `lines` must match
  Stage reached = Stage::none;  // how far the attempt must have been by then
  std::vector<Condition> facts;
  std::vector<std::string> outranks;
  int weight = 50;  // 1..100: how sure this is, where it matches
  Severity severity = Severity::problem;
  bool live = false;  // no log shows it: found by `diagnose SERVER` (live/), explained here
};

struct Marker {
  enum class Event : uint8_t { none, begin, ended, ended_by_us, ended_by_peer };
  Patterns lines;
  std::optional<Stage> stage;
  std::optional<Link> link;
  Event event = Event::none;
  bool unusual = false;  // worth showing where no rule matches
  bool usual = false;    // not worth it, though it looks so
};

}  // namespace callgate::diagnose

// SPDX-License-Identifier: GPL-2.0-or-later
// The content of the rule files. A rule says which lines and facts point to a cause, describes the
// cause and says how to remove it. A marker says what a line means for the course of a connection.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "callmgr/diagnose/condition.hh"
#include "callmgr/diagnose/link.hh"
#include "callmgr/diagnose/rule_text.hh"
#include "callmgr/diagnose/stage.hh"

namespace callgate::diagnose {

using Patterns = std::vector<size_t>;  // indices into the rule base's patterns

enum class Severity : uint8_t { problem, notice };

// What a user is told of a rule.
struct RuleTexts {
  std::string title, cause, remedy;
};

// A remedy that a program can carry out if the user agrees.
struct Action {
  enum class Kind : uint8_t {
    set,      // pptpsetup --edit TUNNEL --OPTION VALUE
    ask,      // the same with a value that the user enters
    measure,  // the same with a value that can be measured
    module,   // load the kernel's modules for PPP
  };
  Kind kind = Kind::set;
  std::string option, value;
  bool confirm = false;  // protects less than before: ask first
};
std::string_view name(Action::Kind kind);

struct Rule {
  std::string id, entry, file;
  std::string title, cause, remedy;  // with the rule's own values for the placeholders
  RuleTexts written;                 // with placeholders
  Values values;                     // of each placeholder, if no probe has found one
  uint32_t line = 0;                 // in its file
  Patterns lines;                    // one of them must be there
  Patterns all;                      // each of them must be there
  Patterns none;                     // none of them may be there
  uint64_t times = 1;                // how many lines of the log `lines` must match
  Stage reached = Stage::none;       // how far the attempt must have been by then
  std::vector<Condition> facts;
  std::vector<std::string> outranks;
  std::vector<Action> actions;
  int weight = 50;  // 1..100: how certain the cause is if the rule matches
  Severity severity = Severity::problem;
  bool live = false;  // no log shows it: found by `diagnose SERVER` (live/), explained here

  RuleTexts with(const Values& found) const;
};

struct Marker {
  enum class Event : uint8_t {
    none,
    begin,
    supervised,
    at_server,
    ended,
    ended_by_us,
    ended_by_peer,
    retry
  };
  Patterns lines;
  std::optional<Stage> stage;
  std::optional<Link> link;
  Event event = Event::none;
  bool unusual = false;  // the line is shown if no rule matches
  bool usual = false;    // the line is not shown, even if it is also unusual
};

}  // namespace callgate::diagnose

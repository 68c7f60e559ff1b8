// SPDX-License-Identifier: GPL-2.0-or-later
// One step of the live diagnosis as a value: what it is called, what it needs, what came of it. The
// table of them is steps.cc.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "callmgr/diagnose/stage.hh"
#include "common/wire/ids.hh"

namespace callgate::diagnose::live {

enum class Outcome : uint8_t { pass, fail, skipped, unknown };
std::string_view name(Outcome outcome);

struct Result {
  Outcome outcome = Outcome::unknown;
  std::string seen;    // one sentence
  std::string cause;   // of a failure: what it means
  std::string remedy;  // of a failure: commands on lines of their own, indented by two blanks
  std::string
      rule;  // of a failure: its name, the same as that of the rule for logs if there is one
  std::string entry;  // of the Diagnosis HOWTO; empty = the step's
};

Result pass(std::string seen);
Result unknown(std::string seen);

struct Case;

struct Step {
  std::string_view id, title;
  std::string_view entry;                    // of the HOWTO's fault tree
  std::string_view broken;                   // "the name did not resolve": why others are skipped
  std::vector<std::string_view> needs = {};  // steps that must have passed
  std::string_view explains = {};  // an earlier step: where both fail, this one has the cause
  bool essential = true;           // without its outcome nobody can say that all is well
  Stage reaches = Stage::none;     // how far a connection has come when this passes
  std::function<Result(Case&)> run = {};
};

struct StepReport {
  const Step* step = nullptr;
  Result result;
  Duration took{0};
};

}  // namespace callgate::diagnose::live

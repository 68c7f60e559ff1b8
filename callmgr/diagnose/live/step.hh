// SPDX-License-Identifier: GPL-2.0-or-later
// One step of the live diagnosis as a value: its name, what it needs, and its result. steps.cc has
// the table of all steps.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "callmgr/diagnose/rule_text.hh"
#include "callmgr/diagnose/stage.hh"
#include "common/wire/ids.hh"

namespace callgate::diagnose::live {

enum class Outcome : uint8_t { pass, fail, skipped, unknown };
std::string_view name(Outcome outcome);

struct Result {
  Outcome outcome = Outcome::unknown;
  std::string seen;       // one sentence
  std::string_view rule;  // of a failure: the id of its rule (faults.hh)
  Values values;          // of a failure: for the placeholders in the texts of the rule
};

Result pass(std::string seen);
Result unknown(std::string seen);

struct Case;

struct Step {
  std::string_view id, title;
  std::string_view broken;                   // "the name did not resolve": why others are skipped
  std::vector<std::string_view> needs = {};  // steps that must have passed
  std::string_view explains = {};  // an earlier step: if both fail, this one has the cause
  bool essential = true;           // the verdict "healthy" needs its outcome
  Stage reaches = Stage::none;     // how far a connection has come when this passes
  std::function<Result(Case&)> run = {};
};

struct StepReport {
  const Step* step = nullptr;
  Result result;
  Duration took{0};
};

}  // namespace callgate::diagnose::live

// SPDX-License-Identifier: GPL-2.0-or-later
// The diagnosis of a log as plain data, from which the reports are made.
#pragma once

#include <array>
#include <deque>
#include <vector>

#include "callmgr/diagnose/facts.hh"
#include "callmgr/diagnose/rule.hh"

namespace callgate::diagnose {

enum class Verdict : uint8_t { healthy = 0, problem = 1, unknown = 2 };  // also the exit status
std::string_view name(Verdict verdict);

struct Finding {
  const Rule* rule = nullptr;
  int score = 0;                     // 1..100
  std::vector<SourceLine> evidence;  // in the order of the log
  const Rule* outranked_by = nullptr;
};

struct AttemptReport {
  uint64_t number = 0, first_line = 0, last_line = 0;
  uint32_t pid = 0;
  Verdict verdict = Verdict::unknown;
  Stage stage = Stage::none;
  Link link = Link::unknown;
  bool ended = false;
  std::array<SourceLine, kStages> proofs;
  std::vector<Finding> findings;  // best first
  std::vector<SourceLine> unusual;
};

struct Diagnosis {
  static constexpr size_t kMaxAttempts = 32;  // older ones are only counted
  uint64_t lines = 0, attempts = 0;
  std::deque<AttemptReport> reports;  // in the order of the log
  size_t chosen = 0;                  // the report that gives the verdict

  const AttemptReport& report() const { return reports[chosen]; }
};

}  // namespace callgate::diagnose

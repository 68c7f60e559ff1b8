// SPDX-License-Identifier: GPL-2.0-or-later
// A test of a server or a tunnel: the steps of pptpctl diagnose --events.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gui/model/finding.hh"

namespace callgate::gui {

struct Step {
  enum class Outcome { pass, fail, skipped, unknown };
  Outcome outcome = Outcome::unknown;
  std::string title, seen;
};

// One line of the output: a step, or the findings at the end.
struct TestLine {
  std::optional<Step> step;
  bool is_end = false;
  std::vector<Finding> findings;
};

// Returns nullopt if the line is neither.
std::optional<TestLine> parse_test_line(std::string_view line);

// "[v]", and the word for it.
const char* mark(Step::Outcome outcome);
std::string word(Step::Outcome outcome);

// The sentence for the end of a test.
std::string conclusion(const std::vector<Step>& steps, const std::vector<Finding>& findings);

}  // namespace callgate::gui

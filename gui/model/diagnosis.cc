// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/model/diagnosis.hh"

#include <algorithm>

#include "gui/model/json.hh"
#include "gui/model/translate.hh"

namespace callgate::gui {
namespace {

Step::Outcome parse_outcome(const std::string& name) {
  if (name == "pass") return Step::Outcome::pass;
  if (name == "fail") return Step::Outcome::fail;
  return name == "skipped" ? Step::Outcome::skipped : Step::Outcome::unknown;
}

}  // namespace

std::optional<TestLine> parse_test_line(std::string_view line) {
  auto object = parse_json(line);
  auto event = text(object, "event");
  if (event == "step")
    return TestLine{
        Step{parse_outcome(text(object, "outcome")), text(object, "title"), text(object, "seen")},
        false,
        {}};
  if (event == "end") return TestLine{std::nullopt, true, parse_findings(object)};
  return std::nullopt;
}

const char* mark(Step::Outcome outcome) {
  switch (outcome) {
    case Step::Outcome::pass: return "[v]";
    case Step::Outcome::fail: return "[!]";
    case Step::Outcome::skipped: return "[ ]";
    case Step::Outcome::unknown: return "[?]";
  }
  return "";
}

std::string word(Step::Outcome outcome) {
  switch (outcome) {
    case Step::Outcome::pass: return _("ok");
    case Step::Outcome::fail: return _("FAIL");
    case Step::Outcome::skipped: return _("skipped");
    case Step::Outcome::unknown: return _("could not be tested");
  }
  return "";
}

std::string conclusion(const std::vector<Step>& steps, const std::vector<Finding>& findings) {
  if (!findings.empty()) return fill(_("Most probable cause: {}."), findings.front().title);
  bool failed = std::any_of(steps.begin(), steps.end(),
                            [](const Step& step) { return step.outcome == Step::Outcome::fail; });
  if (steps.empty()) return _("Nothing could be tested.");
  return failed ? _("A step has failed.") : _("No step has failed.");
}

}  // namespace callgate::gui

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/report.hh"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "callmgr/diagnose/action_json.hh"
#include "common/wire/bytes.hh"

namespace callgate::diagnose::live {
namespace {

using Json = nlohmann::ordered_json;

std::string_view mark(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass: return "ok";
    case Outcome::fail: return "FAIL";
    case Outcome::skipped: return "skip";
    case Outcome::unknown: return "?";
  }
  return "?";
}

constexpr size_t kColumns = 96;

// A line after a margin. Prose is broken; a command, which begins with blanks, is not.
std::string indented_line(std::string line) {
  std::string out;
  while (line.size() > kColumns && line[0] != ' ') {
    auto blank = line.rfind(' ', kColumns);
    if (blank == line.npos) break;
    out += fmt::format("  {}\n", line.substr(0, blank));
    line.erase(0, blank + 1);
  }
  return out + fmt::format("  {}\n", line);
}

std::string indented(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size());
    out += indented_line(printable(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(printable(text));
}

// Texts of a rule keep their lines.
Json lines_or_null(const std::string& text) {
  if (text.empty()) return {};
  std::string clean;
  for (std::string_view rest = text; !rest.empty();) {
    auto end = std::min(rest.find('\n'), rest.size());
    if (!clean.empty()) clean += '\n';
    clean += printable(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return clean;
}

size_t number_of(std::span<const StepReport> reports, const StepReport* report) {
  return static_cast<size_t>(report - reports.data()) + 1;
}

const Rule& rule_of(const StepReport& report, const RuleBase& rules) {
  return *rules.find(report.result.rule);
}

std::string where_to_read(const Rule& rule) {
  return rule.entry.empty() ? rule.id : fmt::format("{}, {}", rule.id, rule.entry);
}

// Has the same members as a finding in a log. The evidence is the number of a step.
Json finding(std::span<const StepReport> reports, const StepReport* report, const RuleBase& rules,
             bool best) {
  const auto& rule = rule_of(*report, rules);
  auto texts = rule.with(report->result.values);
  auto number = number_of(reports, report);
  return {{"rule", rule.id},
          {"entry", text_or_null(rule.entry)},
          {"title", printable(texts.title)},
          {"severity", "problem"},
          {"cause", lines_or_null(texts.cause)},
          {"remedy", lines_or_null(texts.remedy)},
          {"actions", actions_json(rule)},
          {"evidence", {number}},
          {"evidence_lines", {{{"line", number}, {"text", printable(report->result.seen)}}}},
          {"confidence", best ? 0.9 : 0.5},
          {"outranked_by", Json()}};
}

Json step(const StepReport& report, const RuleBase& rules) {
  const auto& result = report.result;
  const auto* rule = result.outcome == Outcome::fail ? &rule_of(report, rules) : nullptr;
  return {{"step", report.step->id},
          {"title", report.step->title},
          {"outcome", name(result.outcome)},
          {"seen", printable(result.seen)},
          {"remedy", rule ? lines_or_null(rule->with(result.values).remedy) : Json()},
          {"rule", rule ? Json(rule->id) : Json()},
          {"entry", rule ? text_or_null(rule->entry) : Json()},
          {"seconds", static_cast<double>(report.took.count()) / 1000}};
}

Json whole_of(const std::string& server, std::span<const StepReport> reports,
              const Conclusion& conclusion, const RuleBase& rules) {
  Json steps = Json::array(), findings = Json::array();
  for (const auto& report : reports) steps.push_back(step(report, rules));
  for (const auto* report : conclusion.findings)
    findings.push_back(finding(reports, report, rules, findings.empty()));
  return {
      {"verdict", diagnose::name(conclusion.verdict)},
      {"stage", diagnose::name(conclusion.stage)},
      {"link", "pptp"},
      {"server", printable(server)},
      {"first_broken", conclusion.first_broken ? Json(conclusion.first_broken->step->id) : Json()},
      {"findings", std::move(findings)},
      {"steps", std::move(steps)}};
}

std::string as_event(const char* event, const Json& members) {
  Json json{{"event", event}};
  json.update(members);
  return json.dump() + "\n";
}

}  // namespace

std::string text_of(const StepReport& report) {
  return fmt::format("  {:<5}{:<11} {}\n", mark(report.result.outcome), report.step->id,
                     printable(report.result.seen));
}

std::string text_of(const Conclusion& conclusion, const RuleBase& rules) {
  if (conclusion.verdict == Verdict::healthy)
    return "\nNothing is broken up to the point at which a user name and a password are needed.\n";
  if (!conclusion.first_broken)
    return "\nNothing was found broken, but not everything could be tested: see the steps marked "
           "?.\n";
  const auto& broken = *conclusion.first_broken;
  const auto& best = *conclusion.findings.front();
  const auto& rule = rule_of(best, rules);
  auto texts = rule.with(best.result.values);
  auto text = fmt::format("\nFirst broken step: {}: {}\n", broken.step->id, broken.step->broken);
  text += fmt::format("Cause [{}]:\n{}What to do:\n{}", where_to_read(rule), indented(texts.cause),
                      indented(texts.remedy));
  if (conclusion.findings.size() > 1) text += "Also broken:\n";
  for (const auto* other : conclusion.findings)
    if (other != &best)
      text += fmt::format("  {}: {} [{}]\n", other->step->id, printable(other->result.seen),
                          where_to_read(rule_of(*other, rules)));
  return text;
}

std::string json_of(const std::string& server, std::span<const StepReport> reports,
                    const Conclusion& conclusion, const RuleBase& rules) {
  return whole_of(server, reports, conclusion, rules).dump(2) + "\n";
}

std::string event_of(const StepReport& report, const RuleBase& rules) {
  return as_event("step", step(report, rules));
}

std::string event_of(const std::string& server, std::span<const StepReport> reports,
                     const Conclusion& conclusion, const RuleBase& rules) {
  return as_event("end", whole_of(server, reports, conclusion, rules));
}

}  // namespace callgate::diagnose::live

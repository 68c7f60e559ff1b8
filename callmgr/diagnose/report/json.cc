// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/report/json.hh"

#include <nlohmann/json.hpp>

#include "callmgr/diagnose/action_json.hh"
#include "callmgr/diagnose/log/explain.hh"
#include "callmgr/diagnose/report/shown.hh"

namespace callgate::diagnose {
namespace {

using Json = nlohmann::ordered_json;

Json entry_of(const Rule& rule) {
  return rule.entry.empty() ? Json() : Json(rule.entry);
}

Json to_json(const SourceLine& line) {
  Json json{{"line", line.number}, {"text", shown(line.text)}};
  if (auto words = explain(line.text); !words.empty()) json["meaning"] = shown(words);
  return json;
}

Json to_json(const Finding& finding) {
  Json numbers = Json::array(), lines = Json::array();
  for (const auto& line : finding.evidence) {
    numbers.push_back(line.number);
    lines.push_back(to_json(line));
  }
  const auto& rule = *finding.rule;
  return {{"rule", rule.id},
          {"entry", entry_of(rule)},
          {"title", rule.title},
          {"severity", rule.severity == Severity::problem ? "problem" : "notice"},
          {"cause", rule.cause},
          {"remedy", rule.remedy},
          {"actions", actions_json(rule)},
          {"evidence", std::move(numbers)},
          {"evidence_lines", std::move(lines)},
          {"confidence", finding.score / 100.0},
          {"outranked_by", finding.outranked_by ? Json(finding.outranked_by->id) : Json()}};
}

Json findings_of(const AttemptReport& report) {
  Json findings = Json::array();
  for (const auto& finding : report.findings) findings.push_back(to_json(finding));
  return findings;
}

Json summary_of(const AttemptReport& report) {
  return {{"attempt", report.number},
          {"first_line", report.first_line},
          {"last_line", report.last_line},
          {"pid", report.pid ? Json(report.pid) : Json()},
          {"verdict", name(report.verdict)},
          {"stage", name(report.stage)},
          {"rule", report.findings.empty() ? Json() : Json(report.findings[0].rule->id)}};
}

Json text_or_null(std::string_view text) {
  return text.empty() ? Json() : Json(shown(text));
}

// What only this kind of event has.
void add_own_members(Json& json, const Event& event) {
  switch (event.kind) {
    case Event::Kind::attempt:
    case Event::Kind::retry: break;
    case Event::Kind::stage:
      json["implied"] = event.implied;
      json["detail"] = description(event.stage);
      break;
    case Event::Kind::up:
      json["interface"] = text_or_null(event.interface);
      json["local"] = text_or_null(event.local);
      json["remote"] = text_or_null(event.remote);
      break;
    case Event::Kind::finding:
      json["finding"] = event.finding ? to_json(*event.finding) : Json();
      json["detail"] = event.finding ? Json(event.finding->rule->title) : Json();
      break;
    case Event::Kind::down:
      json["verdict"] = name(event.verdict);
      json["rule"] = event.finding ? Json(event.finding->rule->id) : Json();
      if (event.finding) json["detail"] = event.finding->rule->title;
      break;
  }
}

}  // namespace

std::string json_event(const Event& event, std::string_view tunnel, std::string_view time) {
  Json json{{"event", name(event.kind)},
            {"tunnel", text_or_null(tunnel)},
            {"attempt", event.attempt},
            {"pid", event.pid ? Json(event.pid) : Json()},
            {"time", text_or_null(time)},
            {"stamp", text_or_null(event.stamp)},
            {"line", event.line.number ? Json(event.line.number) : Json()},
            {"stage", name(event.stage)},
            {"detail", text_or_null(event.line.text)},
            {"text", text_or_null(event.line.text)}};
  add_own_members(json, event);
  return json.dump() + "\n";
}

std::string json_report(const Diagnosis& diagnosis) {
  const auto& report = diagnosis.report();
  Json unusual = Json::array(), attempts = Json::array();
  for (const auto& line : report.unusual) unusual.push_back(to_json(line));
  for (const auto& each : diagnosis.reports) attempts.push_back(summary_of(each));
  Json whole{{"verdict", name(report.verdict)}, {"stage", name(report.stage)},
             {"link", name(report.link)},       {"lines", diagnosis.lines},
             {"attempt", report.number},        {"findings", findings_of(report)},
             {"unusual", std::move(unusual)},   {"attempts", std::move(attempts)}};
  return whole.dump(2) + "\n";
}

std::string json_rule_list(const RuleBase& rules) {
  Json list = Json::array();
  for (const auto& rule : rules.rules())
    list.push_back({{"rule", rule.id},
                    {"entry", entry_of(rule)},
                    {"title", rule.title},
                    {"cause", rule.cause},
                    {"remedy", rule.remedy},
                    {"actions", actions_json(rule)}});
  return list.dump(2) + "\n";
}

}  // namespace callgate::diagnose

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/report/text.hh"

#include <fmt/format.h>

#include "callmgr/diagnose/log/explain.hh"
#include "callmgr/diagnose/report/shown.hh"

namespace callgate::diagnose {
namespace {

using Out = std::string;

void put(Out& out, const auto& format, auto&&... args) {
  fmt::format_to(std::back_inserter(out), fmt::runtime(format), args...);
}

// Writes each line of the text after a margin.
void put_indented(Out& out, std::string_view text, std::string_view margin) {
  while (!text.empty()) {
    auto end = text.find('\n');
    auto line = text.substr(0, end);
    put(out, "{}{}\n", line.empty() ? "" : margin, line);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
}

void put_line(Out& out, const SourceLine& line) {
  put(out, "  {:>6}: {}\n", line.number, shown(line.text));
  if (auto words = explain(line.text); !words.empty()) put(out, "          = {}\n", shown(words));
}

void put_lines(Out& out, const std::vector<SourceLine>& lines) {
  for (const auto& line : lines) put_line(out, line);
}

std::string_view mark(const AttemptReport& report, Stage stage) {
  if (report.stage < stage) return "-";
  if (report.proofs[static_cast<size_t>(stage)].number) return "x";
  return stage == Stage::mppe ? "-" : "(x)";
}

void put_ladder(Out& out, const AttemptReport& report) {
  put(out, "How far it came:\n");
  for (uint8_t i = 1; i < kStages; i++) {
    auto stage = static_cast<Stage>(i);
    auto& proof = report.proofs[i];
    put(out, "  {:>3}  {}{}\n", mark(report, stage), description(stage),
        proof.number ? fmt::format(" (line {})", proof.number) : "");
  }
  put(out, "  x: the log shows it; (x): a later line implies it; -: the log does not show it\n\n");
}

std::string where(const AttemptReport& report) {
  auto text = fmt::format("lines {} to {}", report.first_line, report.last_line);
  return report.pid ? fmt::format("{}, pppd {}", text, report.pid) : text;
}

std::string heading(const Finding& finding) {
  const auto& rule = *finding.rule;
  auto entry = rule.entry.empty() ? "" : ", " + rule.entry;
  return fmt::format("{} [{}{}]", rule.title, rule.id, entry);
}

void put_best(Out& out, const Finding& finding) {
  put(out, "{}: {}\n", finding.rule->severity == Severity::problem ? "Most probable cause" : "Note",
      heading(finding));
  put_indented(out, finding.rule->cause, "  ");
  put(out, "\nWhat shows it:\n");
  put_lines(out, finding.evidence);
  put(out, "\nWhat to do:\n");
  put_indented(out, finding.rule->remedy, "  ");
}

std::string why_lower(const Finding& finding, const Finding& best) {
  if (finding.outranked_by) return fmt::format("a consequence of {}", finding.outranked_by->id);
  if (finding.rule->severity == Severity::notice) return "not the cause of a failure";
  if (finding.score < best.score)
    return fmt::format("it explains less of the log ({} against {} of 100)", finding.score,
                       best.score);
  return "as likely as the first";
}

void put_others(Out& out, const std::vector<Finding>& findings) {
  if (findings.size() < 2) return;
  put(out, "\nOther candidates:\n");
  for (size_t i = 1; i < findings.size(); i++) {
    put(out, "  {}\n    ranks lower: {}; lines", heading(findings[i]),
        why_lower(findings[i], findings[0]));
    for (const auto& line : findings[i].evidence) put(out, " {}", line.number);
    put(out, "\n");
  }
}

void put_unknown(Out& out, const Diagnosis& diagnosis) {
  const auto& report = diagnosis.report();
  if (report.link != Link::unknown && report.link != Link::pptp) {
    put(out, "This log is not about PPTP: the link is {}.\n", name(report.link));
    return;
  }
  if (report.stage == Stage::none && report.unusual.empty()) {
    put(out, "This log of {} lines shows no PPTP tunnel.\n", diagnosis.lines);
    return;
  }
  put(out, "No known cause matches");
  if (report.unusual.empty()) {
    put(out,
        ", and no line is unusual. pppd's options \"debug dump logfd 2 nodetach\" show more.\n");
    return;
  }
  put(out, "; these lines are unusual:\n");
  put_lines(out, report.unusual);
}

void put_attempts(Out& out, const Diagnosis& diagnosis) {
  if (diagnosis.attempts < 2) return;
  put(out, "\nThe log holds {} attempts:\n", diagnosis.attempts);
  for (const auto& report : diagnosis.reports) {
    auto what =
        report.findings.empty() ? std::string(name(report.verdict)) : heading(report.findings[0]);
    if (report.verdict == Verdict::healthy) what = "a working tunnel";
    put(out, "  {:>3}{} ({}): {}\n", report.number, &report == &diagnosis.report() ? "*" : " ",
        where(report), what);
  }
}

std::string text_of_finding(const Event& event) {
  Out out;
  if (!event.finding) return "  the last cause does not hold any longer\n";
  const auto& finding = *event.finding;
  put(out, "  {}: {}\n",
      finding.rule->severity == Severity::problem ? "most probable cause" : "note",
      heading(finding));
  put_indented(out, finding.rule->cause, "    ");
  put(out, "  what to do:\n");
  put_indented(out, finding.rule->remedy, "    ");
  return out;
}

}  // namespace

std::string text_event(const Event& event, std::optional<double> seconds) {
  auto text = shown(event.line.text);
  switch (event.kind) {
    case Event::Kind::attempt: return fmt::format("attempt {}: {}\n", event.attempt, text);
    case Event::Kind::stage:
      return fmt::format("  {:<14} {:>10}  {}\n", name(event.stage),
                         seconds ? fmt::format("{:.3f} s", *seconds) : "",
                         description(event.stage));
    case Event::Kind::up:
      return fmt::format("  up: {}{} -> {}\n",
                         event.interface.empty() ? "" : shown(event.interface) + ", ",
                         shown(event.local), shown(event.remote));
    case Event::Kind::finding: return text_of_finding(event);
    case Event::Kind::retry: return fmt::format("  another attempt: {}\n", text);
    case Event::Kind::down: return fmt::format("  ended: {}\n", text);
  }
  return "";
}

std::string text_report(const Diagnosis& diagnosis) {
  Out out;
  const auto& report = diagnosis.report();
  if (report.stage != Stage::none) put_ladder(out, report);
  if (report.verdict == Verdict::healthy) {
    put(out, "This log shows a working tunnel.\n");
    if (!report.findings.empty()) put(out, "\n");
  }
  if (!report.findings.empty())
    put_best(out, report.findings[0]);
  else if (report.verdict != Verdict::healthy)
    put_unknown(out, diagnosis);
  put_others(out, report.findings);
  put_attempts(out, diagnosis);
  return out;
}

std::string text_rule_list(const RuleBase& rules) {
  Out out;
  for (const auto& rule : rules.rules())
    put(out, "{:<5} {:<36} {}\n", rule.entry.empty() ? "-" : rule.entry, rule.id, rule.title);
  return out;
}

std::string text_rule(const RuleBase& rules, const Rule& rule) {
  Out out;
  put(out, "{}{}\n{}\n\nCause:\n", rule.id, rule.entry.empty() ? "" : " (" + rule.entry + ")",
      rule.title);
  put_indented(out, rule.cause, "  ");
  put(out, "\nWhat to do:\n");
  put_indented(out, rule.remedy, "  ");
  auto section = [&](const std::string& title, const Patterns& patterns) {
    if (!patterns.empty()) put(out, "\n{}:\n", title);
    for (auto pattern : patterns) put(out, "  {}\n", rules.pattern(pattern));
  };
  auto times = rule.times > 1 ? fmt::format(", {} times", rule.times) : std::string();
  if (rule.reached > Stage::none) times += fmt::format(", after stage {}", name(rule.reached));
  section("One of these must be in the log" + times, rule.lines);
  section("Each of these must be in the log", rule.all);
  section("None of these may be in the log", rule.none);
  if (!rule.facts.empty()) put(out, "\nWhat must be true:\n");
  for (const auto& condition : rule.facts) put(out, "  {}\n", condition.text);
  if (!rule.outranks.empty()) put(out, "\nExplains:\n");
  for (const auto& other : rule.outranks) put(out, "  {}\n", other);
  if (rule.live)
    put(out, "\nNo log shows it: pptpctl diagnose SERVER finds it.\n");
  else
    put(out, "\nWeight {} of 100, in {}.\n", rule.weight, rule.file);
  return out;
}

}  // namespace callgate::diagnose

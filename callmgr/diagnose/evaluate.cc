// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/evaluate.hh"

#include <algorithm>

namespace callgate::diagnose {
namespace {

constexpr size_t kMaxEvidence = 12;

// A line that matches two patterns counts twice.
uint64_t times_matched(const Rule& rule, const Attempt& attempt) {
  uint64_t times = 0;
  for (auto pattern : rule.lines)
    if (auto* hit = attempt.hit(pattern); hit && hit->stage >= rule.reached) times += hit->count;
  return times;
}

bool matches(const Rule& rule, const Attempt& attempt) {
  auto hit = [&](size_t pattern) { return attempt.hit(pattern) != nullptr; };
  return !rule.live && (rule.lines.empty() || times_matched(rule, attempt) >= rule.times) &&
         std::all_of(rule.all.begin(), rule.all.end(), hit) &&
         std::none_of(rule.none.begin(), rule.none.end(), hit) &&
         std::all_of(rule.facts.begin(), rule.facts.end(), [&](const Condition& condition) {
           return condition.holds(attempt.facts()[condition.fact].value);
         });
}

void add(std::vector<SourceLine>& lines, const SourceLine& line) {
  if (line.number) lines.push_back(line);
}

std::vector<SourceLine> evidence(const Rule& rule, const Attempt& attempt) {
  std::vector<SourceLine> lines;
  for (const auto* patterns : {&rule.lines, &rule.all})
    for (auto pattern : *patterns)
      if (auto* hit = attempt.hit(pattern)) add(lines, hit->first), add(lines, hit->last);
  for (const auto& condition : rule.facts) {
    const auto& fact = attempt.facts()[condition.fact];
    add(lines, fact.first);
    add(lines, fact.last);
  }
  auto by_number = [](const auto& a, const auto& b) { return a.number < b.number; };
  auto same = [](const auto& a, const auto& b) { return a.number == b.number; };
  std::stable_sort(lines.begin(), lines.end(), by_number);
  lines.erase(std::unique(lines.begin(), lines.end(), same), lines.end());
  if (lines.size() > kMaxEvidence) lines.resize(kMaxEvidence);
  return lines;
}

bool outranks(const Rule& better, const Rule& worse) {
  return std::find(better.outranks.begin(), better.outranks.end(), worse.id) !=
         better.outranks.end();
}

// Ranks a rule that another one explains after that other one, whatever their weights.
void push_down(std::vector<Finding>& findings) {
  for (size_t round = 0; round < findings.size(); round++) {
    bool changed = false;
    for (auto& worse : findings)
      for (const auto& better : findings)
        if (outranks(*better.rule, *worse.rule)) {
          worse.outranked_by = better.rule;
          if (worse.score < better.score || better.score == 1) continue;
          worse.score = better.score - 1;
          changed = true;
        }
    if (!changed) return;
  }
}

bool ranks_before(const Finding& a, const Finding& b) {
  if (a.rule->severity != b.rule->severity) return a.rule->severity == Severity::problem;
  if (a.score != b.score) return a.score > b.score;
  return a.rule->id < b.rule->id;
}

// False if the log says that the tunnel did not carry data in both directions. A user may end a
// tunnel before anything has used it, but a program that supervises one has a reason.
bool carried(const Attempt& attempt) {
  return attempt.traffic() != Traffic::one_way &&
         !(attempt.traffic() == Traffic::none && attempt.supervised());
}

Verdict verdict(const AttemptReport& report, const Attempt& attempt) {
  bool problem = std::any_of(
      report.findings.begin(), report.findings.end(),
      [](const Finding& finding) { return finding.rule->severity == Severity::problem; });
  if (problem) return Verdict::problem;
  bool worked = attempt.stage() >= Stage::ipcp && !attempt.foreign() && carried(attempt);
  bool hung_up = attempt.ended_by_us() || attempt.ended_by_client();
  return worked && (!attempt.ended() || hung_up) ? Verdict::healthy : Verdict::unknown;
}

}  // namespace

AttemptReport evaluate(const RuleBase& rules, const Attempt& attempt) {
  AttemptReport report{.first_line = attempt.first_line(),
                       .last_line = attempt.last_line(),
                       .pid = attempt.pid,
                       .stage = attempt.stage(),
                       .link = attempt.link(),
                       .ended = attempt.ended(),
                       .unusual = attempt.unusual()};
  for (uint8_t i = 0; i < kStages; i++) report.proofs[i] = attempt.proof(static_cast<Stage>(i));
  if (!attempt.foreign())
    for (const auto& rule : rules.rules())
      if (matches(rule, attempt))
        report.findings.push_back({&rule, rule.weight, evidence(rule, attempt), nullptr});
  push_down(report.findings);
  std::sort(report.findings.begin(), report.findings.end(), ranks_before);
  report.verdict = verdict(report, attempt);
  return report;
}

}  // namespace callgate::diagnose

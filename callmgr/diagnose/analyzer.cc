// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/analyzer.hh"

#include "callmgr/diagnose/evaluate.hh"
#include "callmgr/diagnose/log/journal_json.hh"
#include "callmgr/diagnose/log/packet.hh"
#include "callmgr/diagnose/log/scanner.hh"

namespace callgate::diagnose {

void Analyzer::push(std::string_view bytes) {
  splitter_.push(bytes, [&](std::string_view raw) { take_raw(raw); });
}

void Analyzer::take_raw(std::string_view raw) {
  diagnosis_.lines++;
  raw = plain_line(raw, plain_);
  if (raw.empty()) return;
  auto line = parse_log_line(raw, diagnosis_.lines, scratch_);
  bool concerns = !line.text.empty() && concerns_tunnels(line.program);
  if (tap_ && (concerns || line.repeats)) tap_(raw, line);
  if (line.repeats) return repeat(line);
  last_concerns_ = concerns;
  if (concerns) rejoiner_.push(line, [&](const LogLine& whole) { take(whole); });
}

// Takes the last line again, as many times as this line says.
void Analyzer::repeat(const LogLine& line) {
  rejoiner_.finish([&](const LogLine& whole) { take(whole); });
  if (!last_concerns_) return;
  auto again = last_;
  auto repeated = again.line();
  repeated.number = line.number;
  repeated.times = line.times;
  take(repeated);
}

// pptp and its gateway begin each line with the name that --logstring gives. What comes after it is
// the text if it is a packet, or if it matches more patterns.
void Analyzer::match(LogLine& line) {
  rules_.match(line.text, matches_);
  if (line.program != "pptp" && line.program != "pptp-gre") return;
  Scanner after(line.text);
  auto name = after.word();
  if (!name.ends_with(':') || !after.take(' ')) return;
  rules_.match(after.rest(), matches_after_name_);
  if (!is_packet(after.rest()) && matches_after_name_.size() <= matches_.size()) return;
  line.text = after.rest();
  matches_.swap(matches_after_name_);
}

void Analyzer::take(LogLine line) {
  last_.keep(line);
  match(line);
  // A line that matches no pattern matters only if it is a packet, or if it names a server.
  if (matches_.empty() && !is_packet(line.text) && !contains(line.text, "pptp ")) return;
  const auto& attempt =
      tracker_.note(line, matches_, [&](const Attempt& complete) { keep(complete); });
  if (watch_) watch_(attempt, line);
}

std::vector<AttemptReport> Analyzer::so_far() const {
  std::vector<AttemptReport> reports;
  tracker_.for_each([&](const Attempt& attempt) { reports.push_back(evaluate(rules_, attempt)); });
  return reports;
}

void Analyzer::keep(const Attempt& attempt) {
  auto report = evaluate(rules_, attempt);
  report.number = ++diagnosis_.attempts;
  diagnosis_.reports.push_back(std::move(report));
  if (diagnosis_.reports.size() > Diagnosis::kMaxAttempts) diagnosis_.reports.pop_front();
}

// The last attempt gives the verdict, unless it shows nothing or another one that ran at the same
// time failed.
void Analyzer::choose() {
  auto& reports = diagnosis_.reports;
  size_t last = reports.size() - 1;
  auto concurrent = [&](const AttemptReport& report) {
    return report.pid && report.pid != reports[last].pid &&
           report.last_line > reports[last].first_line;
  };
  diagnosis_.chosen = last;
  if (reports[last].verdict == Verdict::problem) return;
  bool silent = reports[last].verdict == Verdict::unknown;
  for (size_t i = last; i-- > 0;) {
    if (reports[i].verdict == Verdict::problem && (silent || concurrent(reports[i]))) {
      diagnosis_.chosen = i;
      return;
    }
    bool hardly_begun = !reports[last].ended && reports[last].stage <= Stage::call;
    if (hardly_begun && reports[i].verdict == Verdict::healthy) {
      diagnosis_.chosen = i;
      return;
    }
  }
}

Diagnosis Analyzer::finish() {
  splitter_.finish([&](std::string_view raw) { take_raw(raw); });
  rejoiner_.finish([&](const LogLine& whole) { take(whole); });
  tracker_.finish([&](const Attempt& attempt) { keep(attempt); });
  if (diagnosis_.reports.empty()) diagnosis_.reports.emplace_back();
  choose();
  return std::move(diagnosis_);
}

}  // namespace callgate::diagnose

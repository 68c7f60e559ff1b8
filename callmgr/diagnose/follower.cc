// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/follower.hh"

#include <algorithm>

#include "callmgr/diagnose/log/scanner.hh"
#include "callmgr/diagnose/log/time_stamp.hh"

namespace callgate::diagnose {
namespace {

std::string_view stamp_of(std::string_view raw) {
  Scanner in(raw);
  if (take_stamp(in) == Stamp::none) return {};
  auto stamp = raw.substr(0, raw.size() - in.rest().size());
  while (stamp.ends_with(' ')) stamp.remove_suffix(1);
  return stamp;
}

// Sets the text to the first word after the beginning of the line, if the line has this beginning.
void take_word_after(std::string_view line, std::string_view beginning, std::string& text) {
  if (!line.starts_with(beginning)) return;
  Scanner in(line.substr(beginning.size()));
  in.spaces();
  text = in.word().substr(0, SourceLine::kMaxText);
}

}  // namespace

std::string_view name(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::attempt: return "attempt";
    case Event::Kind::stage: return "stage";
    case Event::Kind::up: return "up";
    case Event::Kind::finding: return "finding";
    case Event::Kind::retry: return "retry";
    case Event::Kind::down: return "down";
  }
  return "";
}

Follower::Follower(const RuleBase& rules, Sink sink)
    : sink_(std::move(sink)),
      analyzer_(
          rules, [this](std::string_view raw, const LogLine&) { stamp_ = stamp_of(raw); },
          [this](const Attempt& attempt, const LogLine& line) { note(attempt, line); }) {}

Follower::Told* Follower::find(uint64_t first_line) {
  auto at = std::find_if(told_.rbegin(), told_.rend(),
                         [&](const Told& told) { return told.first_line == first_line; });
  return at == told_.rend() ? nullptr : &*at;
}

Event Follower::event(Event::Kind kind, const Told& told, const SourceLine& line) const {
  return {.kind = kind,
          .attempt = told.number,
          .pid = told.pid,
          .line = line,
          .stamp = stamp_,
          .stage = told.stage};
}

Follower::Told& Follower::begin(const Attempt& attempt, const SourceLine& line) {
  settle();
  if (told_.size() == kMaxTold) told_.pop_front();
  auto& told = told_.emplace_back(Told{.first_line = attempt.first_line(), .number = ++attempts_});
  told.pid = attempt.pid;
  sink_(event(Event::Kind::attempt, told, line));
  return told;
}

void Follower::note(const Attempt& attempt, const LogLine& line) {
  SourceLine source;
  source.assign(line.number, line.text);
  auto* known = find(attempt.first_line());
  auto& told = known ? *known : begin(attempt, source);
  told.pid = attempt.pid;
  note_addresses(told, line.text);
  note_stages(told, attempt, source);
  if (attempt.retries() > told.retries) {
    settle();
    told.retries = attempt.retries();
    sink_(event(Event::Kind::retry, told, source));
  }
  if (attempt.ended() && !told.ended.number) {
    told.ended = source;
    told.ended_stamp = stamp_;
  }
  unsettled_ = true;
}

void Follower::note_stages(Told& told, const Attempt& attempt, const SourceLine& line) {
  while (told.stage < attempt.stage()) {
    told.stage = static_cast<Stage>(static_cast<uint8_t>(told.stage) + 1);
    const auto& proof = attempt.proof(told.stage);
    bool optional = told.stage == Stage::mppe || told.stage == Stage::ip_up;
    if (!proof.number && optional) continue;
    auto reached = event(Event::Kind::stage, told, proof.number ? proof : line);
    reached.implied = !proof.number;
    sink_(reached);
  }
  bool addresses = told.stage == Stage::ipcp && !told.remote.empty();
  if (told.up || !(addresses || told.stage > Stage::ipcp)) return;
  told.up = true;
  auto up = event(Event::Kind::up, told, line);
  up.interface = told.interface, up.local = told.local, up.remote = told.remote;
  sink_(up);
}

void Follower::note_addresses(Told& told, std::string_view text) {
  take_word_after(text, "Using interface ", told.interface);
  take_word_after(text, "local  IP address ", told.local);
  take_word_after(text, "remote IP address ", told.remote);
}

void Follower::settle() {
  if (!unsettled_) return;
  for (const auto& report : analyzer_.so_far())
    if (auto* told = find(report.first_line)) settle(*told, report);
  unsettled_ = false;
}

void Follower::settle(Told& told, const AttemptReport& report) {
  const Finding* best = report.findings.empty() ? nullptr : &report.findings[0];
  std::string rule = best ? best->rule->id : "";
  if (rule != told.rule) {
    auto shows = best && !best->evidence.empty() ? best->evidence.back() : SourceLine{};
    auto found = event(Event::Kind::finding, told, shows);
    found.stamp.clear();
    if (best) found.finding = *best;
    told.rule = rule;
    sink_(found);
  }
  if (!told.ended.number || told.down) return;
  told.down = true;
  auto down = event(Event::Kind::down, told, told.ended);
  down.stamp = told.ended_stamp;
  down.verdict = report.verdict;
  if (best) down.finding = *best;
  sink_(down);
}

Diagnosis Follower::finish() {
  auto diagnosis = analyzer_.finish();
  for (const auto& report : diagnosis.reports)
    if (auto* told = find(report.first_line)) settle(*told, report);
  return diagnosis;
}

}  // namespace callgate::diagnose

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/attempt.hh"

#include <algorithm>
#include <array>

#include "callmgr/diagnose/log/decode.hh"
#include "callmgr/diagnose/log/scanner.hh"

namespace callgate::diagnose {
namespace {

// Returns the address with which the text begins. A name is not an address.
std::string_view leading_address(std::string_view text) {
  // A redacted log has placeholders in place of addresses: see redactor.hh.
  if (text.starts_with("ip4-") || text.starts_with("ip6-")) return text.substr(0, text.find(' '));
  auto end = text.find_first_not_of("0123456789.:abcdef");
  auto word = text.substr(0, end);
  while (!word.empty() && (word.back() == ':' || word.back() == '.')) word.remove_suffix(1);
  bool four = std::count(word.begin(), word.end(), '.') == 3;
  bool six = std::count(word.begin(), word.end(), ':') >= 2;
  return four || six ? word : std::string_view{};
}

std::string_view address_after(std::string_view text, std::string_view key) {
  auto at = find_in(text, key);
  return at == text.npos ? std::string_view{} : leading_address(text.substr(at + key.size()));
}

}  // namespace

void Endpoints::note(std::string_view text, Facts& facts) {
  for (auto key : {"GRE to ", "pptp ", "pptp (", "Connecting to "})
    if (auto found = address_after(text, key); !found.empty()) server_ = found;
  auto remote = address_after(text, "remote IP address ");
  if (remote.empty()) return;
  remote_ = remote;
  if (remote_ == server_) facts.set("remote-is-server", 1);
}

Attempt::Attempt(const RuleBase& rules, uint64_t first_line)
    : rules_(&rules),
      facts_(rules.fact_names()),
      hits_(rules.patterns()),
      first_line_(first_line),
      last_line_(first_line) {}

Attempt::Attempt(Attempt&& over, uint64_t first_line)
    : rules_(over.rules_),
      facts_(std::move(over.facts_)),
      hits_(std::move(over.hits_)),
      first_line_(first_line),
      last_line_(first_line) {
  facts_.clear();
  for (auto& hit : hits_) hit.clear();
}

void Attempt::note(const LogLine& line, const std::vector<int>& matches) {
  last_line_ = std::max(last_line_, line.number);
  facts_.at(line.number, line.text, 1);
  if (auto packet = parse_packet(line.text)) {
    note_packet(*packet, line);
  } else {
    note_failure_code(line.text);
    note_ras_error(line.text);
    note_traffic(line.text);
    endpoints_.note(line.text, facts_);
  }
  bool unusual = false, usual = false;
  for (int match : matches) {
    auto pattern = static_cast<size_t>(match);
    auto& hit = hits_[pattern];
    (hit.count ? hit.last : hit.first).assign(line.number, line.text);
    hit.count += line.times;
    hit.stage = stage_;
    auto* marker = rules_->marker_of(pattern);
    if (!marker) continue;
    note_marker(*marker, line);
    unusual |= marker->unusual;
    usual |= marker->usual;
  }
  if (unusual && !usual && unusual_.size() < kMaxUnusual)
    unusual_.emplace_back().assign(line.number, line.text);
}

void Attempt::note_packet(const Packet& packet, const LogLine& line) {
  reach(conversation_.follow(packet, facts_), line);
  if (line.times == 1) return;
  // The others each come directly after a packet like themselves.
  facts_.at(line.number, line.text, line.times - 1);
  conversation_.follow(packet, facts_);
}

void Attempt::note_marker(const Marker& marker, const LogLine& line) {
  if (marker.stage) reach(*marker.stage, line);
  if (marker.link && (link_ == Link::unknown || link_ == Link::pptp)) link_ = *marker.link;
  note_event(marker.event, line.times);
}

void Attempt::note_event(Marker::Event event, uint32_t times) {
  switch (event) {
    case Marker::Event::none:
    case Marker::Event::begin: return;
    case Marker::Event::retry: retries_ += times; return;
    case Marker::Event::supervised: supervised_ = true; return;
    case Marker::Event::at_server:
      at_server_ = true;
      facts_.set("at-server", 1);
      return;
    case Marker::Event::ended: break;
    case Marker::Event::ended_by_us:
      ended_by_us_ = true;
      facts_.set("ended.by-us", 1);
      break;
    case Marker::Event::ended_by_peer:
      ended_by_peer_ = true;
      facts_.set("ended.by-peer", 1);
      break;
  }
  ended_ = true;
  facts_.set("ended", 1);
}

// Without pppd's option debug the log has no CHAP packet, but pppd's message has the code.
void Attempt::note_failure_code(std::string_view text) {
  auto at = find_in(text, "E=");
  if (at == text.npos || !contains(text, "uthentication fail")) return;
  if (auto failure = parse_chap_failure(text.substr(at))) facts_.set("chap.error", failure->error);
}

// Nor does it have Windows' Terminate-Request, but pppd's message has its content in brackets.
void Attempt::note_ras_error(std::string_view text) {
  constexpr std::string_view kOver = " terminated by peer (";
  auto at = find_in(text, kOver);
  if (at == text.npos) return;
  if (auto error = ras_error_in(text.substr(at + kOver.size()))) facts_.set("ras.error", *error);
}

// "Sent 12345 bytes, received 23456 bytes."
void Attempt::note_traffic(std::string_view text) {
  if (!text.starts_with("Sent ") || !contains(text, " bytes, received ")) return;
  bool sent = !text.starts_with("Sent 0 "), received = !contains(text, " received 0 ");
  traffic_ = sent && received   ? Traffic::both_ways
             : sent || received ? Traffic::one_way
                                : Traffic::none;
}

void Attempt::reach(Stage stage, const LogLine& line) {
  auto& proof = proofs_[static_cast<size_t>(stage)];
  if (!proof.number) proof.assign(line.number, line.text);
  if (stage <= stage_) return;
  stage_ = stage;
  facts_.set("stage", static_cast<int64_t>(stage));
}

bool Attempt::is_over_or_far(const std::vector<int>& matches) const {
  if (ended_) return true;
  bool again = std::any_of(matches.begin(), matches.end(), [&](int match) {
    auto pattern = static_cast<size_t>(match);
    auto* marker = rules_->marker_of(pattern);
    return marker && marker->event == Marker::Event::begin && hit(pattern);
  });
  // The same line twice in a row is one message that reached the log in two ways.
  return again && (!conversation_.silent() || stage_ > Stage::call);
}

const Hit* Attempt::hit(size_t pattern) const {
  return hits_[pattern].count ? &hits_[pattern] : nullptr;
}

}  // namespace callgate::diagnose

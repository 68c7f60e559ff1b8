// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/attempt_tracker.hh"

#include <algorithm>

namespace callgate::diagnose {
namespace {

// The call manager keeps its pid over several attempts. pptpd has a process for each client.
bool is_for_one_client(std::string_view program) {
  return program == "pptpd" || program == "pptpctrl";
}

}  // namespace

bool AttemptTracker::begins(const std::vector<int>& matches) const {
  return std::any_of(matches.begin(), matches.end(), [&](int match) {
    auto* marker = rules_.marker_of(static_cast<size_t>(match));
    return marker && marker->event == Marker::Event::begin;
  });
}

Attempt& AttemptTracker::open(const LogLine& line) {
  open_.push_back(
      {last_closed_ ? Attempt(std::move(*last_closed_), line.number) : Attempt(rules_, line.number),
       {}});
  last_closed_.reset();
  return open_.back().attempt;
}

Attempt& AttemptTracker::attempt_of(const LogLine& line, const std::vector<int>& matches) {
  bool first = begins(matches);
  if (open_.empty()) {
    auto& attempt = open(line);
    if (line.program == "pppd") attempt.pid = line.pid;
    if (is_for_one_client(line.program)) open_.back().helpers[std::string(line.program)] = line.pid;
    return attempt;
  }
  if (line.pid && line.program == "pppd") return of_pppd(line, first, matches);
  if (line.pid && line.program.starts_with("pptp")) return of_helper(line, first, matches);
  return of_nobody(line, first, matches);
}

Attempt& AttemptTracker::of_pppd(const LogLine& line, bool begins,
                                 const std::vector<int>& matches) {
  auto own = std::find_if(open_.rbegin(), open_.rend(),
                          [&](const Open& o) { return o.attempt.pid == line.pid; });
  if (own == open_.rend()) {
    // The first lines of pptp or pptpd may come before pppd's.
    auto& last = open_.back().attempt;
    bool free = last.pid == 0 && last.stage() <= Stage::call && !last.ended();
    auto& attempt = free ? last : open(line);
    attempt.pid = line.pid;
    return attempt;
  }
  if (!begins || !own->attempt.is_over_or_far(matches)) return own->attempt;
  auto& attempt = open(line);
  attempt.pid = line.pid;
  return attempt;
}

Attempt& AttemptTracker::of_helper(const LogLine& line, bool begins,
                                   const std::vector<int>& matches) {
  std::string program(line.program);
  auto knows = [&](const Open& o) {
    auto at = o.helpers.find(program);
    return at != o.helpers.end() && at->second == line.pid;
  };
  auto own = std::find_if(open_.rbegin(), open_.rend(), knows);
  bool for_one = is_for_one_client(program);
  // The built-in PPP dials again in the same process.
  bool over = own != open_.rend() && own->attempt.ended() &&
              (begins || (!for_one && own != open_.rbegin()));
  if (own != open_.rend() && !over) return own->attempt;
  bool of_another = for_one && open_.back().helpers.contains(program);
  if (begins && (of_another || open_.back().attempt.is_over_or_far(matches))) open(line);
  auto lonely = std::find_if(open_.rbegin(), open_.rend(), [&](const Open& o) {
    // A pppd that only says which options it does not know has no pptp.
    return !o.attempt.ended() && o.attempt.stage() > Stage::none && !o.helpers.contains(program);
  });
  auto& chosen = lonely == open_.rend() ? open_.back() : *lonely;
  if (chosen.helpers.size() < kMaxHelpers) chosen.helpers[program] = line.pid;
  return chosen.attempt;
}

Attempt& AttemptTracker::of_nobody(const LogLine& line, bool begins,
                                   const std::vector<int>& matches) {
  auto& last = open_.back().attempt;
  return begins && last.is_over_or_far(matches) ? open(line) : last;
}

}  // namespace callgate::diagnose

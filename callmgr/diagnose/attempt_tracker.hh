// SPDX-License-Identifier: GPL-2.0-or-later
// Finds the attempt that a line belongs to, by pppd's process id if the log has it. Several pppds
// may run at the same time, and a pppd with the option persist makes one attempt after the other.
#pragma once

#include <list>
#include <optional>

#include "callmgr/diagnose/attempt.hh"

namespace callgate::diagnose {

class AttemptTracker {
 public:
  static constexpr size_t kMaxOpen = 32;

  explicit AttemptTracker(const RuleBase& rules) : rules_(rules) {}

  // Adds the line to its attempt, and calls over(const Attempt&) for each attempt that is complete.
  // Returns the attempt, which is valid until the next call.
  template <typename Over>
  const Attempt& note(const LogLine& line, const std::vector<int>& matches, Over&& over) {
    auto& attempt = attempt_of(line, matches);
    attempt.note(line, matches);
    while (open_.size() > kMaxOpen) close_first(over);
    return attempt;
  }

  template <typename See>
  void for_each(See&& see) const {
    for (const auto& open : open_) see(open.attempt);
  }

  template <typename Over>
  void finish(Over&& over) {
    while (!open_.empty()) close_first(over);
  }

 private:
  struct Open {
    Attempt attempt;
    std::unordered_map<std::string, uint32_t> helpers;  // pptp's pid, pptpd's pid
  };
  static constexpr size_t kMaxHelpers = 16;

  template <typename Over>
  void close_first(Over&& over) {
    over(open_.front().attempt);
    last_closed_ = std::move(open_.front().attempt);
    open_.pop_front();
  }

  Attempt& attempt_of(const LogLine& line, const std::vector<int>& matches);
  Attempt& of_pppd(const LogLine& line, bool begins, const std::vector<int>& matches);
  Attempt& of_helper(const LogLine& line, bool begins, const std::vector<int>& matches);
  Attempt& of_nobody(const LogLine& line, bool begins, const std::vector<int>& matches);
  bool begins(const std::vector<int>& matches) const;
  Attempt& open(const LogLine& line);

  const RuleBase& rules_;
  std::list<Open> open_;  // oldest first
  std::optional<Attempt> last_closed_;
};

}  // namespace callgate::diagnose

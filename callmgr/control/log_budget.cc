// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/log_budget.hh"

namespace callgate {

void LogBudget::write(const std::string& whom, TimePoint now, log::Level level,
                      std::string_view text, const std::vector<log::Field>& fields) {
  if (!log::wants(level)) return;
  auto lines = limit_of(whom, now).happened(now);
  if (!lines) return;
  if (*lines > 1) log::warning("{} more lines about {} were left out", *lines - 1, whom);
  log::write(level, text, fields);
}

RateLimit& LogBudget::limit_of(const std::string& whom, TimePoint now) {
  if (auto it = limits_.find(whom); it != limits_.end()) return it->second;
  if (limits_.size() >= kMostNames)
    std::erase_if(limits_, [&](const auto& entry) { return entry.second.is_at_rest(now); });
  if (limits_.size() >= kMostNames) return others_;
  return limits_.try_emplace(whom, kAtOnce, kEvery).first->second;
}

}  // namespace callgate

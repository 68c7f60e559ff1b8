// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/questions.hh"

#include <iterator>
#include <utility>

namespace callgate {

Questions::Question Questions::question(Kind kind, uint32_t gateway, uint32_t asker) {
  return {kind, gateway, kind == Kind::statistics ? 0 : asker};
}

std::vector<uint32_t> Questions::ask(Kind kind, uint32_t asker,
                                     const std::vector<uint32_t>& gateways, TimePoint now) {
  std::vector<uint32_t> to_ask;
  std::set<uint32_t> owing;
  for (uint32_t gateway : gateways) {
    if (!owes(kind, gateway, asker)) {
      if (owes_too_many(kind, gateway)) continue;
      owed_.insert(question(kind, gateway, asker));
      to_ask.push_back(gateway);
    }
    owing.insert(gateway);
  }
  if (kind == Kind::capture) return to_ask;
  auto until = now + (kind == Kind::statistics ? kStatisticsWithin : kLogLevelWithin);
  waiting_.insert_or_assign(asker, Waiting{kind, until, std::move(owing)});
  return to_ask;
}

bool Questions::owes_too_many(Kind kind, uint32_t gateway) const {
  auto first = owed_.lower_bound({kind, gateway, 0});
  auto last = owed_.upper_bound({kind, gateway, UINT32_MAX});
  return std::distance(first, last) >= static_cast<std::ptrdiff_t>(kMostOwed);
}

bool Questions::answered(Kind kind, uint32_t gateway, uint32_t asker) {
  if (owed_.erase(question(kind, gateway, asker)) == 0) return false;
  for (auto& [number, waits] : waiting_)
    if (waits.kind == kind && (kind == Kind::statistics || number == asker))
      waits.gateways.erase(gateway);
  return true;
}

bool Questions::owes(Kind kind, uint32_t gateway, uint32_t asker) const {
  return owed_.contains(question(kind, gateway, asker));
}

void Questions::forget(uint32_t number) {
  std::erase_if(owed_, [&](const auto& question) { return question.gateway == number; });
  waiting_.erase(number);
  for (auto& [asker, waits] : waiting_) waits.gateways.erase(number);
}

std::vector<Questions::Asker> Questions::take_ready(TimePoint now) {
  std::vector<Asker> ready;
  for (const auto& [asker, waits] : waiting_)
    if (waits.gateways.empty() || waits.until <= now) ready.push_back({waits.kind, asker});
  for (const auto& asker : ready) waiting_.erase(asker.number);
  return ready;
}

std::vector<Questions::Asker> Questions::take_all() {
  std::vector<Asker> all;
  for (const auto& [asker, waits] : std::exchange(waiting_, {})) all.push_back({waits.kind, asker});
  return all;
}

std::optional<TimePoint> Questions::next_deadline() const {
  std::optional<TimePoint> earliest;
  for (const auto& [asker, waits] : waiting_)
    if (!earliest || waits.until < *earliest) earliest = waits.until;
  return earliest;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/figures.hh"

#include <algorithm>
#include <utility>

namespace callgate {

std::vector<uint32_t> Figures::ask(uint32_t asker, const std::vector<uint32_t>& gateways,
                                   TimePoint now) {
  auto& waits = askers_[asker] = {.deadline = now + kPatience, .awaited = {}};
  std::vector<uint32_t> to_ask;
  for (uint32_t number : gateways) {
    auto& gateway = gateways_[number];
    if (gateway.answered_at && now - *gateway.answered_at <= kFresh) continue;
    waits.awaited.insert(number);
    if (!std::exchange(gateway.asked, true)) to_ask.push_back(number);
  }
  return to_ask;
}

bool Figures::answered(uint32_t number, CallStatistics figures, TimePoint now) {
  auto it = gateways_.find(number);
  if (it == gateways_.end() || !std::exchange(it->second.asked, false)) return false;
  it->second.answered_at = now;
  it->second.figures = std::move(figures);
  for (auto& [asker, waits] : askers_) waits.awaited.erase(number);
  return true;
}

void Figures::forget(uint32_t number) {
  gateways_.erase(number);
  askers_.erase(number);
  for (auto& [asker, waits] : askers_) waits.awaited.erase(number);
}

std::vector<uint32_t> Figures::take_ready(TimePoint now) {
  std::vector<uint32_t> ready;
  for (const auto& [asker, waits] : askers_)
    if (waits.awaited.empty() || waits.deadline <= now) ready.push_back(asker);
  for (uint32_t asker : ready) askers_.erase(asker);
  return ready;
}

std::vector<uint32_t> Figures::take_all() {
  std::vector<uint32_t> all;
  for (const auto& [asker, waits] : std::exchange(askers_, {})) all.push_back(asker);
  return all;
}

std::optional<TimePoint> Figures::next_deadline() const {
  std::optional<TimePoint> earliest;
  for (const auto& [asker, waits] : askers_)
    if (!earliest || waits.deadline < *earliest) earliest = waits.deadline;
  return earliest;
}

// Who has waited as long as he may still sees what came while he waited.
const CallStatistics* Figures::of(uint32_t number, TimePoint now) const {
  auto it = gateways_.find(number);
  if (it == gateways_.end()) return nullptr;
  const auto& [asked, answered_at, figures] = it->second;
  return answered_at && now - *answered_at <= kPatience + kFresh ? &figures : nullptr;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/call_table.hh"

namespace callgate {

Call* CallTable::add(const CallParameters& parameters, TimePoint now) {
  if (calls_.contains(parameters.call_id)) return nullptr;
  several_ = any_ != 0;
  any_ = 1;
  return &calls_.try_emplace(parameters.call_id, parameters, now).first->second;
}

Call* CallTable::find(CallId id) {
  auto it = calls_.find(id);
  return it == calls_.end() ? nullptr : &it->second;
}

Call* CallTable::find_by_peer(CallId peer_call_id) {
  for (auto& [id, call] : calls_)
    if (call.knows_peer() && call.peer_call_id() == peer_call_id) return &call;
  return nullptr;
}

// The right way comes first: one number may be our id of one call and the server's of another.
Call* CallTable::find_by_any(CallId id) {
  if (Call* call = find_by_peer(id)) return call;
  if (Call* call = find(id)) return call;
  if (Call* call = find(byte_swapped(id))) return call;
  if (Call* call = find_by_peer(byte_swapped(id))) return call;
  return id == kNoCall && calls_.size() == 1 ? &calls_.begin()->second : nullptr;
}

Call* CallTable::find_cleared_early() {
  for (auto& [id, call] : calls_)
    if (call.state() == Call::State::wait_disconnect && !call.knows_peer()) return &call;
  return nullptr;
}

Call* CallTable::sole_unanswered() {
  if (several_ || calls_.empty() || calls_.begin()->second.knows_peer()) return nullptr;
  return &calls_.begin()->second;
}

std::optional<TimePoint> CallTable::deadline() const {
  std::optional<TimePoint> earliest;
  for (const auto& [id, call] : calls_)
    if (call.deadline() && (!earliest || *call.deadline() < *earliest)) earliest = call.deadline();
  return earliest;
}

}  // namespace callgate

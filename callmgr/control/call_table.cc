// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/call_table.hh"

namespace callgate {
namespace {

CallId byte_swapped(CallId id) {
  return CallId{static_cast<uint16_t>(value(id) << 8 | value(id) >> 8)};
}

}  // namespace

Call* CallTable::add(const CallParameters& parameters, TimePoint now) {
  if (calls_.contains(parameters.call_id)) return nullptr;
  several_ = last_serial_ != 0;
  if (++last_serial_ == 0) last_serial_ = 1;
  return &calls_.try_emplace(parameters.call_id, parameters, last_serial_, now).first->second;
}

Call* CallTable::find(CallId id) {
  auto it = calls_.find(id);
  return it == calls_.end() ? nullptr : &it->second;
}

// Some servers send the call id of a Call-Disconnect-Notify with its bytes swapped.
Call* CallTable::find_by_peer(CallId peer_call_id) {
  for (CallId wanted : {peer_call_id, byte_swapped(peer_call_id)})
    for (auto& [id, call] : calls_)
      if (call.knows_peer() && call.peer_call_id() == wanted) return &call;
  return nullptr;
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

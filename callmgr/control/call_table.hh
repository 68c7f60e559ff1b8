// SPDX-License-Identifier: GPL-2.0-or-later
// The calls of one control connection: found by our call id, and by what servers take for theirs.
#pragma once

#include <map>

#include "callmgr/control/call.hh"

namespace callgate {

class CallTable {
 public:
  Call* add(const CallParameters& parameters, TimePoint now);  // null if it has one of that id
  void remove(CallId id) { calls_.erase(id); }

  Call* find(CallId id);
  Call* find_by_peer(CallId peer_call_id);
  // One that we clear, and whose id at the server we never learned: a notice that names no call is
  // about such a one. Wrong at worst about which of them is gone first.
  Call* find_cleared_early();
  // The only call that there ever was, while the server has not told its id: an answer that names
  // no call can only mean this one. Where there was another, it may be a late answer to that.
  Call* sole_unanswered();

  std::optional<TimePoint> deadline() const;
  const std::map<CallId, Call>& all() const { return calls_; }
  bool empty() const { return calls_.empty(); }

  void put_back(const Call& call) { calls_.insert_or_assign(call.id(), call); }
  static void fields(auto& m, auto& codec) {  // all but the calls, for handover.hh
    codec(m.last_serial_, m.several_);
  }

 private:
  std::map<CallId, Call> calls_;
  uint16_t last_serial_ = 0;
  bool several_ = false;  // more than one was ever added
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// The calls of one control connection, which can be found by our call id and by the server's.
#pragma once

#include <map>

#include "callmgr/control/call.hh"

namespace callgate {

constexpr CallId kNoCall{0};

class CallTable {
 public:
  Call* add(const CallParameters& parameters, TimePoint now);  // null if the id is in the table
  void remove(CallId id) { calls_.erase(id); }

  Call* find(CallId id);
  // The call that a server means when it ends one. RFC 2637 section 2.13 wants the server's id of
  // the call. accel-ppp sends our id, up to version 1.14 with its bytes swapped, and a server that
  // calls itself Microsoft names its only call 0.
  Call* find_by_any(CallId id);
  // A call that we clear before we have learned the server's id of it. A notice that names no call
  // is about such a call. If there are several, the order in which they end may be wrong.
  Call* find_cleared_early();
  // The only call that this connection ever had, if the server has not told its id yet. An answer
  // that names no call can only mean this call. If there was another call, it may be a late answer
  // to that one.
  Call* sole_unanswered();

  std::optional<TimePoint> deadline() const;
  const std::map<CallId, Call>& all() const { return calls_; }
  bool empty() const { return calls_.empty(); }

  void put_back(const Call& call) { calls_.insert_or_assign(call.id(), call); }
  static void fields(auto& m, auto& codec) {  // all but the calls, for a handover
    codec(m.any_, m.several_);
  }

 private:
  Call* find_by_peer(CallId peer_call_id);

  std::map<CallId, Call> calls_;
  uint16_t any_ = 0;      // not 0: a call was added; other releases count here
  bool several_ = false;  // more than one call was ever added
};

}  // namespace callgate

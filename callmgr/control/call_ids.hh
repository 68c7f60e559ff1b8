// SPDX-License-Identifier: GPL-2.0-or-later
// Hands out call ids for this host's end of calls. GRE tells the calls of one host apart by the
// call id alone, whatever server they go to. So an id is unique on the host. It is not used again
// soon, because packets of the old call may still be under way (RFC 2637 section 2.7).
#pragma once

#include <optional>
#include <set>

#include "common/wire/ids.hh"

namespace callgate {

class CallIds {
 public:
  static constexpr size_t kMaxInUse = 16384;  // a quarter of all ids, so that reuse takes long

  // `first` should be random, because a restarted manager must not begin where the last one began.
  explicit CallIds(uint16_t first) : next_(first) {}

  std::optional<CallId> take();  // nullopt if kMaxInUse ids are taken
  bool take(CallId wanted);      // false if it is in use, or 0
  void release(CallId id) { in_use_.erase(id); }
  size_t in_use() const { return in_use_.size(); }
  uint16_t next() const { return next_; }

 private:
  uint16_t next_;
  std::set<CallId> in_use_;
};

}  // namespace callgate

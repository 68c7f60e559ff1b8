// SPDX-License-Identifier: GPL-2.0-or-later
// Hands out call ids for this host's end of calls. GRE tells the calls of one host apart by the
// call id alone, whatever server they go to. So an id is unique on the host. It is not used again
// soon, because packets of the old call may still be under way (RFC 2637 section 2.7). It is drawn
// at random, so that the server of one call does not learn the ids of others.
#pragma once

#include <bitset>
#include <deque>
#include <functional>
#include <optional>

#include "common/wire/ids.hh"

namespace callgate {

class CallIds {
 public:
  using Draw = std::function<uint16_t()>;
  static constexpr size_t kMaxInUse = 16384;  // a quarter of all ids, so that a draw soon succeeds
  static constexpr size_t kLately = 16384;    // ids released last, which are not drawn

  // `draw` returns a random number.
  explicit CallIds(Draw draw) : draw_(std::move(draw)) {}

  std::optional<CallId> take();  // nullopt if kMaxInUse ids are taken
  bool take(CallId wanted);      // false if it is in use, or 0
  void release(CallId id);
  size_t in_use() const { return in_use_.count(); }

 private:
  Draw draw_;
  std::bitset<65536> in_use_, lately_;
  std::deque<CallId> released_;  // those of lately_, the oldest first
};

}  // namespace callgate

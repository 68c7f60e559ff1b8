// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/call_ids.hh"

namespace callgate {

// It counts on and does not draw at random, so an id stays unused as long as possible.
std::optional<CallId> CallIds::take() {
  if (in_use_.size() >= kMaxInUse) return std::nullopt;
  while (!take(CallId{next_})) next_++;
  return CallId{next_++};
}

bool CallIds::take(CallId wanted) {
  if (value(wanted) == 0 || in_use_.size() >= kMaxInUse) return false;
  return in_use_.insert(wanted).second;
}

}  // namespace callgate

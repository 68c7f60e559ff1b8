// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/call_ids.hh"

namespace callgate {

std::optional<CallId> CallIds::take() {
  if (in_use() >= kMaxInUse) return std::nullopt;
  while (true) {
    uint16_t drawn = draw_();
    if (!lately_[drawn] && take(CallId{drawn})) return CallId{drawn};
  }
}

bool CallIds::take(CallId wanted) {
  if (value(wanted) == 0 || in_use_[value(wanted)] || in_use() >= kMaxInUse) return false;
  in_use_.set(value(wanted));
  return true;
}

void CallIds::release(CallId id) {
  if (!in_use_[value(id)]) return;
  in_use_.reset(value(id));
  if (lately_[value(id)]) return;
  lately_.set(value(id));
  released_.push_back(id);
  if (released_.size() <= kLately) return;
  lately_.reset(value(released_.front()));
  released_.pop_front();
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/held_call.hh"

namespace callgate {

HeldCall::Stage HeldCall::stage(const ControlConnection& control) const {
  auto call = control.calls().find(id);
  if (call == control.calls().end()) return assigned ? Stage::waiting_gateway : Stage::waiting_link;
  return call->second.state() == Call::State::wait_reply ? Stage::requested : Stage::up;
}

std::string_view name(HeldCall::Stage stage) {
  switch (stage) {
    case HeldCall::Stage::none: return "none";
    case HeldCall::Stage::waiting_link: return "waiting-connection";
    case HeldCall::Stage::waiting_gateway: return "waiting-gateway";
    case HeldCall::Stage::requested: return "waiting-reply";
    case HeldCall::Stage::up: return "established";
  }
  return "unknown";
}

}  // namespace callgate

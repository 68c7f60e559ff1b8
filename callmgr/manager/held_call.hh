// SPDX-License-Identifier: GPL-2.0-or-later
// The call that a client has. How far the call has come follows from its control connection.
#pragma once

#include <string_view>

#include "callmgr/control/control_connection.hh"
#include "common/channel/channel_message.hh"

namespace callgate {

struct HeldCall {
  enum class Stage : uint8_t { none, waiting_link, waiting_gateway, requested, up };

  CallRequest request;
  uint32_t link = 0;
  CallId id{};
  TimePoint asked_at{};
  bool assigned = false;  // the client was told the id, and the connection is up

  Stage stage(const ControlConnection& control) const;

  // What a manager leaves of it to the next one. A client without a call has Stage::none.
  struct State {
    Stage stage = Stage::none;
    CallRequest request;
    uint32_t link = 0;
    CallId id{};
    TimePoint asked_at{};
    static void fields(auto& m, auto& codec) {
      codec(m.stage, m.request, m.link, m.id, m.asked_at);
    }
    bool valid() const { return stage <= Stage::up; }
  };
  State state(const ControlConnection& control) const {
    return {stage(control), request, link, id, asked_at};
  }
  static HeldCall from(const State& state) {
    return {state.request, state.link, state.id, state.asked_at,
            state.stage >= Stage::waiting_gateway};
  }
};

std::string_view name(HeldCall::Stage stage);

}  // namespace callgate

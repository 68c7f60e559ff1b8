// SPDX-License-Identifier: GPL-2.0-or-later
// The option negotiation automaton of RFC 1661 section 4.1: a table, and nothing else. Whoever uses
// it carries out the actions, in their order. negotiation.hh does so for all protocols.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate::ppp {

enum class State : uint8_t {
  initial,
  starting,
  closed,
  stopped,
  closing,
  stopping,
  request_sent,
  ack_received,
  ack_sent,
  opened,
};
constexpr size_t kStates = 10;

enum class Event : uint8_t {
  up,                 // the lower layer is ready
  down,               // the lower layer is not ready any more
  open,               // the administrator allows the link
  close,              // the administrator does not
  timeout,            // TO+: the restart timer ended, and may be started again
  timeout_last,       // TO-: the restart timer ended for the last time
  good_request,       // RCR+: a Configure-Request, all of which is acceptable
  bad_request,        // RCR-
  ack,                // RCA
  nak,                // RCN: a Configure-Nak or a Configure-Reject
  terminate_request,  // RTR
  terminate_ack,      // RTA
  unknown_code,       // RUC
  harmless_reject,    // RXJ+: a Code-Reject or Protocol-Reject that can be tolerated
  fatal_reject,       // RXJ-
  echo,               // RXR: an Echo-Request, an Echo-Reply or a Discard-Request
};
constexpr size_t kEvents = 16;

enum class Action : uint8_t {
  none,
  layer_up,                // tlu
  layer_down,              // tld
  layer_started,           // tls
  layer_finished,          // tlf
  count_configure,         // irc: the restart counter is set to Max-Configure
  count_terminate,         // irc: the restart counter is set to Max-Terminate
  zero_count,              // zrc: no further transmission; the timer still runs once
  send_request,            // scr
  send_ack,                // sca
  send_nak,                // scn
  send_terminate_request,  // str
  send_terminate_ack,      // sta
  send_code_reject,        // scj
  send_echo_reply,         // ser
};

struct Transition {
  State next{};
  std::array<Action, 4> actions{};  // Action::none after the last one
  bool operator==(const Transition&) const = default;
};

// Returns nullopt for an event that cannot happen in this state: the table has "-" there. A packet
// that arrives while the lower layer is down is dropped so.
std::optional<Transition> transition(State state, Event event);

// Whether the restart timer runs in this state (RFC 1661 section 4.1, closing to ack_sent).
bool timer_runs(State state);

std::string_view name(State state);

}  // namespace callgate::ppp

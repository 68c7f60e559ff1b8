// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/automaton.hh"

namespace callgate::ppp {
namespace {

using enum State;
using A = Action;

constexpr A tlu = A::layer_up, tld = A::layer_down, tls = A::layer_started, tlf = A::layer_finished;
constexpr A irc = A::count_configure, irt = A::count_terminate, zrc = A::zero_count;
constexpr A scr = A::send_request, sca = A::send_ack, scn = A::send_nak;
constexpr A str = A::send_terminate_request, sta = A::send_terminate_ack;
constexpr A scj = A::send_code_reject, ser = A::send_echo_reply;

struct Cell {
  bool possible = false;
  Transition transition{};
};

constexpr Cell to(State next, A a = A::none, A b = A::none, A c = A::none, A d = A::none) {
  return {true, {next, {a, b, c, d}}};
}
constexpr Cell x{};  // this event cannot happen

// The columns are the states, in their order. The option "restart" of RFC 1661 is used nowhere: an
// Open in Stopped to Opened changes nothing.
constexpr std::array<std::array<Cell, kStates>, kEvents> kTable = {{
    // up
    {to(closed), to(request_sent, irc, scr), x, x, x, x, x, x, x, x},
    // down
    {x, x, to(initial), to(starting, tls), to(initial), to(starting), to(starting), to(starting),
     to(starting), to(starting, tld)},
    // open
    {to(starting, tls), to(starting), to(request_sent, irc, scr), to(stopped), to(stopping),
     to(stopping), to(request_sent), to(ack_received), to(ack_sent), to(opened)},
    // close
    {to(initial), to(initial, tlf), to(closed), to(closed), to(closing), to(closing),
     to(closing, irt, str), to(closing, irt, str), to(closing, irt, str),
     to(closing, tld, irt, str)},
    // timeout
    {x, x, x, x, to(closing, str), to(stopping, str), to(request_sent, scr), to(request_sent, scr),
     to(ack_sent, scr), x},
    // timeout_last
    {x, x, x, x, to(closed, tlf), to(stopped, tlf), to(stopped, tlf), to(stopped, tlf),
     to(stopped, tlf), x},
    // good_request
    {x, x, to(closed, sta), to(ack_sent, irc, scr, sca), to(closing), to(stopping),
     to(ack_sent, sca), to(opened, sca, tlu), to(ack_sent, sca), to(ack_sent, tld, scr, sca)},
    // bad_request
    {x, x, to(closed, sta), to(request_sent, irc, scr, scn), to(closing), to(stopping),
     to(request_sent, scn), to(ack_received, scn), to(request_sent, scn),
     to(request_sent, tld, scr, scn)},
    // ack
    {x, x, to(closed, sta), to(stopped, sta), to(closing), to(stopping), to(ack_received, irc),
     to(request_sent, scr), to(opened, irc, tlu), to(request_sent, tld, scr)},
    // nak
    {x, x, to(closed, sta), to(stopped, sta), to(closing), to(stopping), to(request_sent, irc, scr),
     to(request_sent, scr), to(ack_sent, irc, scr), to(request_sent, tld, scr)},
    // terminate_request
    {x, x, to(closed, sta), to(stopped, sta), to(closing, sta), to(stopping, sta),
     to(request_sent, sta), to(request_sent, sta), to(request_sent, sta),
     to(stopping, tld, zrc, sta)},
    // terminate_ack
    {x, x, to(closed), to(stopped), to(closed, tlf), to(stopped, tlf), to(request_sent),
     to(request_sent), to(ack_sent), to(request_sent, tld, scr)},
    // unknown_code
    {x, x, to(closed, scj), to(stopped, scj), to(closing, scj), to(stopping, scj),
     to(request_sent, scj), to(ack_received, scj), to(ack_sent, scj), to(opened, scj)},
    // harmless_reject
    {x, x, to(closed), to(stopped), to(closing), to(stopping), to(request_sent), to(request_sent),
     to(ack_sent), to(opened)},
    // fatal_reject
    {x, x, to(closed, tlf), to(stopped, tlf), to(closed, tlf), to(stopped, tlf), to(stopped, tlf),
     to(stopped, tlf), to(stopped, tlf), to(stopping, tld, irt, str)},
    // echo
    {x, x, to(closed), to(stopped), to(closing), to(stopping), to(request_sent), to(ack_received),
     to(ack_sent), to(opened, ser)},
}};

constexpr std::array<std::string_view, kStates> kNames = {
    "initial",  "starting",     "closed",       "stopped",  "closing",
    "stopping", "request sent", "ack received", "ack sent", "opened"};

}  // namespace

std::optional<Transition> transition(State state, Event event) {
  const Cell& cell = kTable[static_cast<size_t>(event)][static_cast<size_t>(state)];
  if (!cell.possible) return std::nullopt;
  return cell.transition;
}

bool timer_runs(State state) {
  return state >= closing && state <= ack_sent;
}

std::string_view name(State state) {
  return kNames[static_cast<size_t>(state)];
}

}  // namespace callgate::ppp

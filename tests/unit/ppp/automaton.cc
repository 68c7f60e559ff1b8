// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/automaton.hh"

#include <string>

#include "tests/unit/catch.hh"

using namespace callgate::ppp;

namespace {

// The table of RFC 1661 section 4.1, as it is printed there, without its footnotes.
struct Row {
  Event event;
  std::array<std::string, kStates> cells;
};
const std::vector<Row> kTable = {
    {Event::up, {"2", "irc,scr/6", "-", "-", "-", "-", "-", "-", "-", "-"}},
    {Event::down, {"-", "-", "0", "tls/1", "0", "1", "1", "1", "1", "tld/1"}},
    {Event::open, {"tls/1", "1", "irc,scr/6", "3", "5", "5", "6", "7", "8", "9"}},
    {Event::close,
     {"0", "tlf/0", "2", "2", "4", "4", "irc,str/4", "irc,str/4", "irc,str/4", "tld,irc,str/4"}},
    {Event::timeout, {"-", "-", "-", "-", "str/4", "str/5", "scr/6", "scr/6", "scr/8", "-"}},
    {Event::timeout_last, {"-", "-", "-", "-", "tlf/2", "tlf/3", "tlf/3", "tlf/3", "tlf/3", "-"}},
    {Event::good_request,
     {"-", "-", "sta/2", "irc,scr,sca/8", "4", "5", "sca/8", "sca,tlu/9", "sca/8",
      "tld,scr,sca/8"}},
    {Event::bad_request,
     {"-", "-", "sta/2", "irc,scr,scn/6", "4", "5", "scn/6", "scn/7", "scn/6", "tld,scr,scn/6"}},
    {Event::ack,
     {"-", "-", "sta/2", "sta/3", "4", "5", "irc/7", "scr/6", "irc,tlu/9", "tld,scr/6"}},
    {Event::nak,
     {"-", "-", "sta/2", "sta/3", "4", "5", "irc,scr/6", "scr/6", "irc,scr/8", "tld,scr/6"}},
    {Event::terminate_request,
     {"-", "-", "sta/2", "sta/3", "sta/4", "sta/5", "sta/6", "sta/6", "sta/6", "tld,zrc,sta/5"}},
    {Event::terminate_ack, {"-", "-", "2", "3", "tlf/2", "tlf/3", "6", "6", "8", "tld,scr/6"}},
    {Event::unknown_code,
     {"-", "-", "scj/2", "scj/3", "scj/4", "scj/5", "scj/6", "scj/7", "scj/8", "scj/9"}},
    {Event::harmless_reject, {"-", "-", "2", "3", "4", "5", "6", "6", "8", "9"}},
    {Event::fatal_reject,
     {"-", "-", "tlf/2", "tlf/3", "tlf/2", "tlf/3", "tlf/3", "tlf/3", "tlf/3", "tld,irc,str/5"}},
    {Event::echo, {"-", "-", "2", "3", "4", "5", "6", "7", "8", "ser/9"}},
};

std::string abbreviation(Action action) {
  switch (action) {
    case Action::none: return "";
    case Action::layer_up: return "tlu";
    case Action::layer_down: return "tld";
    case Action::layer_started: return "tls";
    case Action::layer_finished: return "tlf";
    case Action::count_configure:
    case Action::count_terminate: return "irc";
    case Action::zero_count: return "zrc";
    case Action::send_request: return "scr";
    case Action::send_ack: return "sca";
    case Action::send_nak: return "scn";
    case Action::send_terminate_request: return "str";
    case Action::send_terminate_ack: return "sta";
    case Action::send_code_reject: return "scj";
    case Action::send_echo_reply: return "ser";
  }
  return "?";
}

std::string cell(State state, Event event) {
  auto transition = callgate::ppp::transition(state, event);
  if (!transition) return "-";
  std::string actions;
  for (Action action : transition->actions)
    if (action != Action::none) actions += (actions.empty() ? "" : ",") + abbreviation(action);
  return (actions.empty() ? "" : actions + "/") +
         std::to_string(static_cast<int>(transition->next));
}

}  // namespace

TEST_CASE("each event in each state does what the table of RFC 1661 says") {
  REQUIRE(kTable.size() == kEvents);
  for (const Row& row : kTable)
    for (size_t state = 0; state < kStates; state++) {
      INFO("event " << static_cast<int>(row.event) << " in state " << state);
      CHECK(cell(static_cast<State>(state), row.event) == row.cells[state]);
    }
}

TEST_CASE("a restart counter is set for what is sent next") {
  for (size_t state = 0; state < kStates; state++)
    for (size_t event = 0; event < kEvents; event++) {
      auto t = transition(static_cast<State>(state), static_cast<Event>(event));
      if (!t) continue;
      for (size_t i = 0; i + 1 < t->actions.size(); i++) {
        if (t->actions[i] == Action::count_terminate)
          CHECK(t->actions[i + 1] == Action::send_terminate_request);
        if (t->actions[i + 1] == Action::send_terminate_request)
          CHECK((t->actions[i] == Action::count_terminate));
      }
    }
}

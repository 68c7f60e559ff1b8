// SPDX-License-Identifier: GPL-2.0-or-later
// Every state of a control connection meets every event: the fifteen messages, the end of the TCP
// connection, rubbish, the time and what we may be asked to do. One line per event, one column per
// state; "-" is: nothing happens. ControlDriver checks beside it that nothing follows Close, that
// every call ends once, and that no state but established holds calls.
#include <functional>

#include "tests/unit/callmgr/control/control_driver.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

constexpr Duration kLong{3'600'000};

struct StateUnderTest {
  const char* name;
  void (*enter)(ControlDriver&);
};

const StateUnderTest kStates[] = {
    {"idle", [](ControlDriver&) {}},
    {"waiting for the start reply", [](ControlDriver& d) { d.connect(); }},
    {"established, no call", [](ControlDriver& d) { d.establish(); }},
    {"a call is waiting",
     [](ControlDriver& d) {
       d.establish();
       d.request();
     }},
    {"a call is up",
     [](ControlDriver& d) {
       d.establish();
       d.call_up();
     }},
    {"a call is being cleared",
     [](ControlDriver& d) {
       d.establish();
       d.call_up();
       d.clear();
     }},
    {"waiting for the stop reply",
     [](ControlDriver& d) {
       d.establish();
       d.stop();
     }},
    {"closed",
     [](ControlDriver& d) {
       d.establish();
       d.disconnect();
     }},
};

struct Row {
  const char* event;
  std::function<std::string(ControlDriver&)> act;
  std::vector<const char*> steps;  // one per state
};

std::function<std::string(ControlDriver&)> receives(const ControlMessage& message) {
  return [message](ControlDriver& driver) { return driver.receive(message); };
}

#define EARLY "close control_out_of_order"
#define STOP "send Stop-Control-Connection-Reply, "

// clang-format off
const std::vector<Row> kRows{
    //                          idle, wait_reply, established: no call, waiting, up, clearing; wait_stop_reply, closed
    {"SCCRQ", receives(StartControlConnectionRequest{}),
     {"ignore Start-Control-Connection-Request", EARLY, "ignore Start-Control-Connection-Request",
      "ignore Start-Control-Connection-Request", "ignore Start-Control-Connection-Request",
      "ignore Start-Control-Connection-Request", "-", "-"}},
    {"SCCRP", receives(StartControlConnectionReply{}),
     {"ignore Start-Control-Connection-Reply", "established", "ignore Start-Control-Connection-Reply",
      "ignore Start-Control-Connection-Reply", "ignore Start-Control-Connection-Reply",
      "ignore Start-Control-Connection-Reply", "-", "-"}},
    {"StopCCRQ", receives(StopControlConnectionRequest{}),
     {STOP "close server_stopped", STOP "close control_stopped_early", STOP "close server_stopped",
      STOP "over 7 call_cancelled, close server_stopped", STOP "over 7 server_stopped, close server_stopped",
      STOP "over 7 hung_up_locally, close server_stopped", STOP "close hung_up_locally", "-"}},
    {"StopCCRP", receives(StopControlConnectionReply{}),
     {"ignore Stop-Control-Connection-Reply", EARLY, "ignore Stop-Control-Connection-Reply",
      "ignore Stop-Control-Connection-Reply", "ignore Stop-Control-Connection-Reply",
      "ignore Stop-Control-Connection-Reply", "close hung_up_locally", "-"}},
    {"Echo-Request", receives(EchoRequest{}),
     {"send Echo-Reply", "send Echo-Reply", "send Echo-Reply", "send Echo-Reply", "send Echo-Reply",
      "send Echo-Reply", "send Echo-Reply", "-"}},
    {"Echo-Reply", receives(EchoReply{}),
     {"ignore Echo-Reply", EARLY, "ignore Echo-Reply", "ignore Echo-Reply", "ignore Echo-Reply",
      "ignore Echo-Reply", "-", "-"}},
    {"OCRQ", receives(OutgoingCallRequest{}),
     {"ignore Outgoing-Call-Request", EARLY, "ignore Outgoing-Call-Request", "ignore Outgoing-Call-Request",
      "ignore Outgoing-Call-Request", "ignore Outgoing-Call-Request", "-", "-"}},
    {"OCRP, connected", receives(OutgoingCallReply{.call_id = kTheirs, .peer_call_id = kOurs}),
     {"ignore Outgoing-Call-Reply", EARLY, "ignore Outgoing-Call-Reply", "up 7",
      "ignore Outgoing-Call-Reply", "ignore Outgoing-Call-Reply", "-", "-"}},
    {"OCRP, busy", receives(OutgoingCallReply{.peer_call_id = kOurs, .result = 4}),
     {"ignore Outgoing-Call-Reply", EARLY, "ignore Outgoing-Call-Reply", "over 7 call_refused",
      "ignore Outgoing-Call-Reply", "ignore Outgoing-Call-Reply", "-", "-"}},
    {"OCRP for nobody", receives(OutgoingCallReply{.call_id = kTheirs, .peer_call_id = CallId{99}}),
     {"ignore Outgoing-Call-Reply", EARLY, "ignore Outgoing-Call-Reply", "over 7 call_bad_reply",
      "ignore Outgoing-Call-Reply", "ignore Outgoing-Call-Reply", "-", "-"}},
    {"ICRQ", receives(IncomingCallRequest{}),
     {"send Incoming-Call-Reply", EARLY, "send Incoming-Call-Reply", "send Incoming-Call-Reply",
      "send Incoming-Call-Reply", "send Incoming-Call-Reply", "-", "-"}},
    {"ICRP", receives(IncomingCallReply{}),
     {"ignore Incoming-Call-Reply", EARLY, "ignore Incoming-Call-Reply", "ignore Incoming-Call-Reply",
      "ignore Incoming-Call-Reply", "ignore Incoming-Call-Reply", "-", "-"}},
    {"ICCN", receives(IncomingCallConnected{}),
     {"ignore Incoming-Call-Connected", EARLY, "ignore Incoming-Call-Connected",
      "ignore Incoming-Call-Connected", "ignore Incoming-Call-Connected", "ignore Incoming-Call-Connected",
      "-", "-"}},
    {"CCRQ", receives(CallClearRequest{.call_id = kTheirs}),
     {"ignore Call-Clear-Request", EARLY, "ignore Call-Clear-Request", "ignore Call-Clear-Request",
      "ignore Call-Clear-Request", "ignore Call-Clear-Request", "-", "-"}},
    {"CDN", receives(CallDisconnectNotify{.call_id = kTheirs}),
     {"ignore Call-Disconnect-Notify", EARLY, "ignore Call-Disconnect-Notify", "over 7 server_cleared",
      "over 7 server_cleared", "over 7 hung_up_locally", "-", "-"}},
    {"CDN for nobody", receives(CallDisconnectNotify{.call_id = CallId{99}}),
     {"ignore Call-Disconnect-Notify", EARLY, "ignore Call-Disconnect-Notify", "over 7 server_cleared",
      "ignore Call-Disconnect-Notify", "ignore Call-Disconnect-Notify", "-", "-"}},
    {"WEN", receives(WanErrorNotify{}), {"-", EARLY, "-", "-", "-", "-", "-", "-"}},
    {"SLI", receives(SetLinkInfo{}), {"-", EARLY, "-", "-", "-", "-", "-", "-"}},
    {"rubbish", [](ControlDriver& d) { return d.bytes(Bytes(64, 0xAA)); },
     {"close lost_protocol", "close control_not_pptp", "close lost_protocol",
      "over 7 call_cancelled, close lost_protocol", "over 7 lost_protocol, close lost_protocol",
      "over 7 hung_up_locally, close lost_protocol", "close lost_protocol", "-"}},
    {"half a header", [](ControlDriver& d) { return d.bytes(ByteSpan(encode(EchoReply{})).first(7)); },
     {"-", "-", "-", "-", "-", "-", "-", "-"}},
    {"no octet", [](ControlDriver& d) { return d.bytes({}); }, {"-", "-", "-", "-", "-", "-", "-", "-"}},
    {"TCP closed", [](ControlDriver& d) { return d.disconnect(); },
     {"close lost_closed", "close control_closed", "close lost_closed",
      "over 7 call_cancelled, close lost_closed", "over 7 lost_closed, close lost_closed",
      "over 7 hung_up_locally, close lost_closed", "close hung_up_locally", "-"}},
    {"TCP reset", [](ControlDriver& d) { return d.disconnect(ECONNRESET); },
     {"close lost_closed", "close control_closed", "close lost_closed",
      "over 7 call_cancelled, close lost_closed", "over 7 lost_closed, close lost_closed",
      "over 7 hung_up_locally, close lost_closed", "close hung_up_locally", "-"}},
    {"a tick too early", [](ControlDriver& d) { return d.tick(); }, {"-", "-", "-", "-", "-", "-", "-", "-"}},
    {"a tick after an hour", [](ControlDriver& d) { return d.after(kLong); },
     {"-", "close control_silent", "send Echo-Request", "over 7 call_no_reply, close call_no_reply",
      "send Echo-Request", "over 7 hung_up_locally, send Echo-Request", "close hung_up_locally", "-"}},
    {"connected", [](ControlDriver& d) { return d.connect(); },
     {"send Start-Control-Connection-Request", "-", "-", "-", "-", "-", "-", "-"}},
    {"request a call", [](ControlDriver& d) { return d.request({.call_id = CallId{8}}); },
     {"over 8 call_cancelled", "over 8 call_cancelled", "send Outgoing-Call-Request",
      "send Outgoing-Call-Request", "send Outgoing-Call-Request", "send Outgoing-Call-Request",
      "over 8 call_cancelled", "over 8 call_cancelled"}},
    {"link info", [](ControlDriver& d) { return d.link_info(); },
     {"-", "-", "-", "-", "send Set-Link-Info", "-", "-", "-"}},
    {"clear the call", [](ControlDriver& d) { return d.clear(); },
     {"-", "-", "-", "send Call-Clear-Request", "send Call-Clear-Request", "-", "-", "-"}},
    {"stop", [](ControlDriver& d) { return d.stop(); },
     {"close hung_up_locally", "close hung_up_locally", "send Stop-Control-Connection-Request",
      "send Stop-Control-Connection-Request, over 7 hung_up_locally",
      "send Stop-Control-Connection-Request, over 7 hung_up_locally",
      "send Stop-Control-Connection-Request, over 7 hung_up_locally", "-", "-"}},
    {"abort", [](ControlDriver& d) { return d.abort(Cause::lost_protocol); },
     {"close lost_protocol", "close lost_protocol", "close lost_protocol",
      "over 7 call_cancelled, close lost_protocol", "over 7 lost_protocol, close lost_protocol",
      "over 7 hung_up_locally, close lost_protocol", "close lost_protocol", "-"}},
};
// clang-format on

}  // namespace

TEST_CASE("every state meets every event") {
  for (const auto& row : kRows) {
    REQUIRE(row.steps.size() == std::size(kStates));
    for (size_t i = 0; i < std::size(kStates); i++) {
      INFO(row.event << " while " << kStates[i].name);
      ControlDriver driver;
      kStates[i].enter(driver);
      auto steps = row.act(driver);
      CHECK((steps.empty() ? "-" : steps) == row.steps[i]);
    }
  }
}

TEST_CASE("after any two events a connection can still be ended, and ends its calls") {
  for (const auto& state : kStates)
    for (const auto& first : kRows)
      for (const auto& second : kRows) {
        INFO(first.event << ", then " << second.event << " while " << state.name);
        ControlDriver driver;
        state.enter(driver);
        first.act(driver);
        second.act(driver);
        driver.abort(Cause::manager_stopping);
        CHECK(driver.closed());
      }
}

TEST_CASE("after any two events the time alone brings a connection to rest or to its end") {
  for (const auto& state : kStates)
    for (const auto& first : kRows)
      for (const auto& second : kRows) {
        INFO(first.event << ", then " << second.event << " while " << state.name);
        ControlDriver driver;
        state.enter(driver);
        first.act(driver);
        second.act(driver);
        for (int i = 0; i < 5; i++)
          if (auto left = driver.until_deadline()) driver.after(*left);
        CHECK_FALSE(driver.until_deadline());
      }
}

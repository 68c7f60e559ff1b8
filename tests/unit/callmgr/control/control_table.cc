// SPDX-License-Identifier: GPL-2.0-or-later
// Every state of a control connection meets every event: the fifteen messages, the end of the TCP
// connection, rubbish, the time, and what a user may ask for. A row has an event and what follows
// in the states that it names. ControlDriver also checks that nothing follows Close, that every
// call ends once, and that only an established connection has calls.
#include <functional>
#include <map>

#include "tests/unit/callmgr/control/control_driver.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

constexpr Duration kLong{3'600'000};

enum class In : uint8_t { idle, starting, no_call, waiting, up, clearing, stopping, closed };
using enum In;

struct StateUnderTest {
  In state;
  const char* name;
  void (*enter)(ControlDriver&);
};

const StateUnderTest kStates[] = {
    {idle, "idle", [](ControlDriver&) {}},
    {starting, "waiting for the start reply", [](ControlDriver& d) { d.connect(); }},
    {no_call, "established, no call", [](ControlDriver& d) { d.establish(); }},
    {waiting, "a call is waiting",
     [](ControlDriver& d) {
       d.establish();
       d.request();
     }},
    {up, "a call is up",
     [](ControlDriver& d) {
       d.establish();
       d.call_up();
     }},
    {clearing, "a call is being cleared",
     [](ControlDriver& d) {
       d.establish();
       d.call_up();
       d.clear();
     }},
    {stopping, "waiting for the stop reply",
     [](ControlDriver& d) {
       d.establish();
       d.stop();
     }},
    {closed, "closed",
     [](ControlDriver& d) {
       d.establish();
       d.disconnect();
     }},
};

using Steps = std::map<In, std::string>;

Steps in(std::initializer_list<In> states, const std::string& steps) {
  Steps result;
  for (auto state : states) result[state] = steps;
  return result;
}

Steps operator+(Steps some, const Steps& others) {
  for (const auto& [state, steps] : others) some[state] = steps;
  return some;
}

struct Row {
  const char* event;
  std::function<std::string(ControlDriver&)> act;
  Steps steps;  // nothing happens in the other states
};

// A message is ignored, is too early for the start reply, and comes too late after the end; apart
// from `exceptions`.
Row message(const char* event, const ControlMessage& message, const Steps& exceptions = {}) {
  return {
      event, [message](ControlDriver& driver) { return driver.receive(message); },
      in({idle, no_call, waiting, up, clearing}, "ignore " + std::string(name(type_of(message)))) +
          in({starting}, "close control_out_of_order") + exceptions};
}

// The connection ends for this reason, and its call with it.
Steps ends(const std::string& reason, const std::string& while_starting,
           const std::string& while_stopping, const std::string& first = "") {
  auto close = "close " + reason;
  return in({idle, no_call}, first + close) + in({starting}, first + "close " + while_starting) +
         in({waiting}, first + "over 7 call_cancelled, " + close) +
         in({up}, first + "over 7 " + reason + ", " + close) +
         in({clearing}, first + "over 7 hung_up_locally, " + close) +
         in({stopping}, first + "close " + while_stopping);
}

std::string half_a_header(ControlDriver& driver) {
  return driver.bytes(ByteSpan(encode(EchoReply{})).first(7));
}

const OutgoingCallReply kConnected{.call_id = kTheirs, .peer_call_id = kOurs},
    kBusy{.peer_call_id = kOurs, .result = 4}, kForNoCall{.call_id = kTheirs},
    kForAnother{.call_id = kTheirs, .peer_call_id = CallId{99}};
const Steps kUnaskedReply = in({starting}, "ignore Outgoing-Call-Reply");

Bytes unknown_message() {
  Bytes message = encode(EchoRequest{});
  message[9] = 99;
  return message;
}

const std::vector<Row> kRows{
    message("SCCRQ", StartControlConnectionRequest{},
            in({idle, starting, no_call, waiting, up, clearing},
               "send Start-Control-Connection-Reply")),
    message("SCCRP", StartControlConnectionReply{}, in({starting}, "established")),
    message("StopCCRQ", StopControlConnectionRequest{},
            ends("server_stopped", "control_stopped_early", "hung_up_locally",
                 "send Stop-Control-Connection-Reply, ")),
    message("StopCCRP", StopControlConnectionReply{}, in({stopping}, "close hung_up_locally")),
    message("Echo-Request", EchoRequest{},
            in({idle, starting, no_call, waiting, up, clearing, stopping}, "send Echo-Reply")),
    message("Echo-Reply", EchoReply{}),
    message("OCRQ", OutgoingCallRequest{}),
    message("OCRP, connected", kConnected, kUnaskedReply + in({waiting}, "up 7")),
    message("OCRP, busy", kBusy, kUnaskedReply + in({waiting}, "over 7 call_refused")),
    message("OCRP that names no call", kForNoCall,
            kUnaskedReply + in({waiting}, "over 7 call_bad_reply")),
    message("OCRP for another call", kForAnother, kUnaskedReply),
    message("ICRQ", IncomingCallRequest{},
            in({idle, no_call, waiting, up, clearing}, "send Incoming-Call-Reply")),
    message("ICRP", IncomingCallReply{}),
    message("ICCN", IncomingCallConnected{}),
    message("CCRQ", CallClearRequest{.call_id = kTheirs},
            in({up}, "send Call-Disconnect-Notify, over 7 server_cleared") +
                in({clearing}, "send Call-Disconnect-Notify, over 7 hung_up_locally")),
    message("CCRQ with our id", CallClearRequest{.call_id = kOurs},
            in({waiting, up}, "send Call-Disconnect-Notify, over 7 server_cleared") +
                in({clearing}, "send Call-Disconnect-Notify, over 7 hung_up_locally")),
    message("CCRQ for nobody", CallClearRequest{.call_id = CallId{99}}),
    message("CDN", CallDisconnectNotify{.call_id = kTheirs},
            in({waiting, up}, "over 7 server_cleared") + in({clearing}, "over 7 hung_up_locally")),
    message("CDN with our id", CallDisconnectNotify{.call_id = kOurs},
            in({waiting, up}, "over 7 server_cleared") + in({clearing}, "over 7 hung_up_locally")),
    message("CDN with our id byte-swapped", CallDisconnectNotify{.call_id = byte_swapped(kOurs)},
            in({waiting, up}, "over 7 server_cleared") + in({clearing}, "over 7 hung_up_locally")),
    message("CDN that names no call", CallDisconnectNotify{.call_id = CallId{0}},
            in({waiting, up}, "over 7 server_cleared") + in({clearing}, "over 7 hung_up_locally")),
    message("CDN for nobody", CallDisconnectNotify{.call_id = CallId{99}},
            in({waiting}, "over 7 server_cleared")),
    message("WEN", WanErrorNotify{}, in({idle, no_call, waiting, up, clearing}, "-")),
    message("SLI", SetLinkInfo{}, in({idle, no_call, waiting, up, clearing}, "-")),
    {"a message of an unknown type", [](ControlDriver& d) { return d.bytes(unknown_message()); },
     in({idle, starting, no_call, waiting, up, clearing, stopping}, "skip type 99")},
    {"rubbish", [](ControlDriver& d) { return d.bytes(Bytes(64, 0xAA)); },
     ends("lost_protocol", "control_not_pptp", "lost_protocol")},
    {"half a header", half_a_header, {}},
    {"no octet", [](ControlDriver& d) { return d.bytes({}); }, {}},
    {"TCP closed", [](ControlDriver& d) { return d.disconnect(); },
     ends("lost_closed", "control_closed", "hung_up_locally")},
    {"TCP reset", [](ControlDriver& d) { return d.disconnect(ECONNRESET); },
     ends("lost_closed", "control_closed", "hung_up_locally")},
    {"a tick too early", [](ControlDriver& d) { return d.tick(); }, {}},
    {"a tick after an hour", [](ControlDriver& d) { return d.after(kLong); },
     in({starting}, "close control_silent") + in({no_call, up}, "send Echo-Request") +
         in({waiting}, "over 7 call_no_reply, close call_no_reply") +
         in({clearing}, "over 7 hung_up_locally, send Echo-Request") +
         in({stopping}, "close hung_up_locally")},
    {"connected", [](ControlDriver& d) { return d.connect(); },
     in({idle}, "send Start-Control-Connection-Request")},
    {"request a call", [](ControlDriver& d) { return d.request({.call_id = CallId{8}}); },
     in({no_call, waiting, up, clearing}, "send Outgoing-Call-Request") +
         in({idle, starting, stopping, closed}, "over 8 call_cancelled")},
    {"link info", [](ControlDriver& d) { return d.link_info(); }, in({up}, "send Set-Link-Info")},
    {"clear the call", [](ControlDriver& d) { return d.clear(); },
     in({waiting, up}, "send Call-Clear-Request")},
    {"stop", [](ControlDriver& d) { return d.stop(); },
     in({idle, starting}, "close hung_up_locally") +
         in({no_call}, "send Stop-Control-Connection-Request") +
         in({waiting, up, clearing},
            "send Stop-Control-Connection-Request, over 7 hung_up_locally")},
    {"abort", [](ControlDriver& d) { return d.abort(Cause::lost_protocol); },
     ends("lost_protocol", "lost_protocol", "lost_protocol")},
};

}  // namespace

TEST_CASE("every state meets every event") {
  for (const auto& row : kRows)
    for (const auto& state : kStates) {
      INFO(row.event << " while " << state.name);
      ControlDriver driver;
      state.enter(driver);
      auto steps = row.act(driver);
      auto expected = row.steps.find(state.state);
      CHECK((steps.empty() ? "-" : steps) ==
            (expected == row.steps.end() ? "-" : expected->second));
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

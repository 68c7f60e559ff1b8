// SPDX-License-Identifier: GPL-2.0-or-later
// Calls as they end, from either side: sections 2.12, 2.13 and 3.2.4.2.
#include "tests/unit/callmgr/control/control_driver.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

ControlDriver up() {
  ControlDriver driver;
  driver.establish();
  driver.call_up();
  return driver;
}

ControlDriver waiting() {
  ControlDriver driver;
  driver.establish();
  driver.request();
  return driver;
}

}  // namespace

TEST_CASE("to hang up is to clear the call and to await the notice") {
  auto driver = up();
  CHECK(driver.clear() == "send Call-Clear-Request");
  CHECK(driver.sent().back() == ControlMessage(CallClearRequest{.call_id = kOurs}));
  CHECK(driver.core().calls().at(kOurs).state() == Call::State::wait_disconnect);
  CHECK(driver.receive(CallDisconnectNotify{.call_id = kTheirs, .result = 4}) ==
        "over 7 hung_up_locally");
}

TEST_CASE("a call is cleared once, and an unknown one never") {
  auto driver = up();
  CHECK(driver.clear(CallId{99}) == "");
  driver.clear();
  CHECK(driver.clear() == "");
}

TEST_CASE("without a notice a cleared call is over after 3 s, and the connection goes on") {
  auto driver = up();
  driver.clear();
  CHECK(driver.until_deadline() == Duration(3'000));
  CHECK(driver.after(Duration(2'999)) == "");
  CHECK(driver.after(Duration(1)) == "over 7 hung_up_locally");
  CHECK(driver.core().state() == ControlConnection::State::established);
}

TEST_CASE("the server's notice ends the call with its codes, whatever they are") {
  for (unsigned result = 0; result <= 255; result++) {
    auto driver = up();
    CHECK(
        driver.receive(CallDisconnectNotify{
            .call_id = kTheirs, .result = static_cast<uint8_t>(result), .error = 2, .cause = 16}) ==
        "over 7 server_cleared");
    CHECK(driver.ended().result == result);
    CHECK(driver.ended().error == 2);
    CHECK(driver.ended().code == 16);
    CHECK(driver.ended().subject == "192.0.2.1");
  }
}

TEST_CASE("a notice with its call id byte-swapped is understood") {
  auto driver = up();
  CHECK(driver.receive(CallDisconnectNotify{.call_id = CallId{0x0201}}) == "over 7 server_cleared");
}

TEST_CASE("after our clear, too, a notice may name the call by our id, byte-swapped, or by none") {
  for (CallId id : {kOurs, byte_swapped(kOurs), kNoCall}) {
    auto driver = up();
    driver.clear();
    CHECK(driver.receive(CallDisconnectNotify{.call_id = id, .result = 3}) ==
          "over 7 hung_up_locally");
  }
}

TEST_CASE("a notice with our id and a stop in one segment end the call for the notice's reason") {
  auto driver = up();
  Bytes both = encode(CallDisconnectNotify{.call_id = kOurs, .result = 3});
  Bytes stop = encode(StopControlConnectionRequest{});
  both.insert(both.end(), stop.begin(), stop.end());
  CHECK(driver.bytes(both) ==
        "over 7 server_cleared, send Stop-Control-Connection-Reply, close server_stopped");
  CHECK(driver.ended().result == 3);
}

TEST_CASE("a server that clears the call gets our notice, and the reason names its request") {
  auto driver = up();
  driver.receive(CallClearRequest{.call_id = kTheirs});
  CHECK(driver.sent().back() ==
        ControlMessage(CallDisconnectNotify{.call_id = kOurs, .result = 4}));
  CHECK(sentence(driver.ended()) == "192.0.2.1 hung up: Call-Clear-Request");
  CHECK(driver.core().state() == ControlConnection::State::established);
}

TEST_CASE("a reply for another call is skipped, and the reply for ours still counts") {
  auto driver = waiting();
  CHECK(driver.receive(OutgoingCallReply{.call_id = CallId{5}, .peer_call_id = CallId{99}}) ==
        "ignore Outgoing-Call-Reply");
  CHECK(driver.receive(OutgoingCallReply{.call_id = kTheirs, .peer_call_id = kOurs}) == "up 7");
}

TEST_CASE("a notice for a call that is not ours is ignored") {
  auto driver = up();
  CHECK(driver.receive(CallDisconnectNotify{.call_id = CallId{0x0999}}) ==
        "ignore Call-Disconnect-Notify");
  CHECK(driver.core().calls().contains(kOurs));
}

TEST_CASE("a second notice for the same call is ignored") {
  auto driver = up();
  driver.receive(CallDisconnectNotify{.call_id = kTheirs});
  CHECK(driver.receive(CallDisconnectNotify{.call_id = kTheirs}) ==
        "ignore Call-Disconnect-Notify");
}

TEST_CASE("a notice in place of the reply ends the call that waits alone") {
  auto driver = waiting();
  CHECK(driver.receive(CallDisconnectNotify{.call_id = CallId{55}, .result = 3}) ==
        "over 7 server_cleared");
}

TEST_CASE("a call may be cleared before its reply") {
  auto driver = waiting();
  CHECK(driver.clear() == "send Call-Clear-Request");
  CHECK(driver.receive(CallDisconnectNotify{.call_id = CallId{55}}) == "over 7 hung_up_locally");
}

TEST_CASE("on a connection of several calls, too, a call is cleared before its reply") {
  auto driver = up();
  driver.request({.call_id = CallId{8}});
  driver.clear(CallId{8});
  CHECK(driver.receive(CallDisconnectNotify{.call_id = CallId{55}}) == "over 8 hung_up_locally");
  CHECK(driver.core().calls().contains(kOurs));
}

TEST_CASE("a reply that crosses our clear does not bring the call up") {
  auto driver = waiting();
  driver.clear();
  CHECK(driver.receive(OutgoingCallReply{.call_id = kTheirs, .peer_call_id = kOurs}) == "");
  CHECK(driver.receive(OutgoingCallReply{.call_id = CallId{99}, .peer_call_id = kOurs}) ==
        "ignore Outgoing-Call-Reply");
  CHECK(driver.receive(CallDisconnectNotify{.call_id = kTheirs}) == "over 7 hung_up_locally");
}

TEST_CASE("a refusal that crosses our clear ends the call, as we wanted") {
  auto driver = waiting();
  driver.clear();
  CHECK(driver.receive(OutgoingCallReply{.peer_call_id = kOurs, .result = 4}) ==
        "over 7 hung_up_locally");
}

TEST_CASE("a lost connection ends its calls, each by what it was") {
  auto error = GENERATE(0, ECONNRESET);
  auto driver = up();
  driver.request({.call_id = CallId{8}});
  driver.call_up(CallId{9}, CallId{19});
  driver.clear(CallId{9});
  CHECK(driver.disconnect(error) ==
        "over 7 lost_closed, over 8 call_cancelled, over 9 hung_up_locally, close lost_closed");
  CHECK(driver.ended(kOurs).os_error == static_cast<uint32_t>(error));
}

TEST_CASE("malformed bytes end the connection and its calls: framing is lost") {
  auto driver = up();
  driver.request({.call_id = CallId{8}});
  Bytes bad = encode(EchoRequest{});
  bad[5] ^= 1;  // in the magic cookie
  CHECK(driver.bytes(bad) == "over 7 lost_protocol, over 8 call_cancelled, close lost_protocol");
  CHECK(driver.closed()->detail.find("cookie") != std::string::npos);
}

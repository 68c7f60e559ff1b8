// SPDX-License-Identifier: GPL-2.0-or-later
// Both Stop handshakes, and their collision: sections 2.3, 2.4 and 3.1.1.
#include "tests/unit/callmgr/control/control_driver.hh"

using namespace callgate;
using namespace callgate::test;
using State = ControlConnection::State;

namespace {

void begin_to_stop(ControlDriver& driver) {
  driver.establish();
  REQUIRE(driver.stop() == "send Stop-Control-Connection-Request");
}

}  // namespace

TEST_CASE("our stop gives local shutdown as its reason and awaits the reply") {
  ControlDriver driver;
  begin_to_stop(driver);
  CHECK(driver.sent().back() == ControlMessage(StopControlConnectionRequest{.reason = 3}));
  CHECK(driver.core().state() == State::wait_stop_reply);
  CHECK(driver.receive(StopControlConnectionReply{}) == "close hung_up_locally");
}

TEST_CASE("a stop reply that reports an error ends the connection just so") {
  ControlDriver driver;
  begin_to_stop(driver);
  CHECK(driver.receive(StopControlConnectionReply{.result = 2, .error = 6}) ==
        "close hung_up_locally");
}

TEST_CASE("a server that does not reply to our stop is left after 3 s") {
  ControlDriver driver;
  begin_to_stop(driver);
  CHECK(driver.until_deadline() == Duration(3'000));
  CHECK(driver.after(Duration(2'999)) == "");
  CHECK(driver.after(Duration(1)) == "close hung_up_locally");
}

TEST_CASE("a server that closes instead of replying to our stop is as good") {
  auto error = GENERATE(0, ECONNRESET);
  ControlDriver driver;
  begin_to_stop(driver);
  CHECK(driver.disconnect(error) == "close hung_up_locally");
}

TEST_CASE("two stop requests that cross are both satisfied") {
  ControlDriver driver;
  begin_to_stop(driver);
  CHECK(driver.receive(StopControlConnectionRequest{.reason = 1}) ==
        "send Stop-Control-Connection-Reply, close hung_up_locally");
}

TEST_CASE("a second stop of ours adds nothing, and does not put off the end") {
  ControlDriver driver;
  begin_to_stop(driver);
  driver.wait(Duration(2'000));
  CHECK(driver.stop() == "");
  CHECK(driver.until_deadline() == Duration(1'000));
}

TEST_CASE("our stop clears every call, as section 2.3 says") {
  ControlDriver driver;
  driver.establish();
  driver.call_up(CallId{1}, CallId{11});
  driver.request({.call_id = CallId{2}});
  CHECK(driver.stop() ==
        "send Stop-Control-Connection-Request, over 1 hung_up_locally, over 2 hung_up_locally");
  CHECK(driver.receive(OutgoingCallReply{.call_id = CallId{12}, .peer_call_id = CallId{2}}) == "");
  CHECK(driver.receive(CallDisconnectNotify{.call_id = CallId{11}}) == "");
}

TEST_CASE("the server is still answered while we stop, and gets no calls through") {
  ControlDriver driver;
  begin_to_stop(driver);
  CHECK(driver.receive(EchoRequest{}) == "send Echo-Reply");
  CHECK(driver.receive(IncomingCallRequest{}) == "");
  CHECK(driver.request() == "over 7 call_cancelled");
}

TEST_CASE("a server that stops gets its reply, and then the connection closes") {
  ControlDriver driver;
  driver.establish();
  CHECK(driver.receive(StopControlConnectionRequest{.reason = 3}) ==
        "send Stop-Control-Connection-Reply, close server_stopped");
  CHECK(driver.sent().back() ==
        ControlMessage(StopControlConnectionReply{.result = 1, .error = 0}));
  CHECK(driver.closed()->result == 3);
}

TEST_CASE("calls of a server that stops end with its reason, each by what it was") {
  ControlDriver driver;
  driver.establish();
  driver.call_up(CallId{1}, CallId{11});
  driver.request({.call_id = CallId{2}});
  driver.call_up(CallId{3}, CallId{13});
  driver.clear(CallId{3});
  CHECK(driver.receive(StopControlConnectionRequest{.reason = 3}) ==
        "send Stop-Control-Connection-Reply, over 1 server_stopped, over 2 call_cancelled, "
        "over 3 hung_up_locally, close server_stopped");
  CHECK(driver.ended(CallId{1}).result == 3);
}

TEST_CASE("nothing is made of what follows the server's stop in the same segment") {
  ControlDriver driver;
  driver.establish();
  auto both = encode(StopControlConnectionRequest{});
  auto echo = encode(EchoRequest{});
  both.insert(both.end(), echo.begin(), echo.end());
  CHECK(driver.bytes(both) == "send Stop-Control-Connection-Reply, close server_stopped");
}

TEST_CASE("a stop reply to no request of ours is ignored") {
  ControlDriver driver;
  driver.establish();
  CHECK(driver.receive(StopControlConnectionReply{}) == "ignore Stop-Control-Connection-Reply");
}

TEST_CASE("an abort ends everything without another word, once") {
  ControlDriver driver;
  driver.establish();
  driver.call_up();
  CHECK(driver.abort(Cause::lost_protocol) == "over 7 lost_protocol, close lost_protocol");
  CHECK(driver.abort(Cause::lost_protocol) == "");
  CHECK(driver.stop() == "");
  CHECK(driver.disconnect() == "");
}

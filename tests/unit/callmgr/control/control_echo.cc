// SPDX-License-Identifier: GPL-2.0-or-later
// Echo-Request and Echo-Reply on a control connection: sections 2.5, 2.6 and 3.1.4.
#include "tests/unit/callmgr/control/control_driver.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

ControlSettings timed(int idle_wait, int max_echo_wait) {
  auto wanted = settings();
  wanted.idle_wait = Duration(idle_wait);
  wanted.max_echo_wait = Duration(max_echo_wait);
  return wanted;
}

EchoReply answer(const ControlDriver& driver, uint32_t off_by = 0) {
  return {.identifier = std::get<EchoRequest>(driver.sent().back()).identifier + off_by};
}

}  // namespace

TEST_CASE("our echo reply has the identifier of the request, and result 1") {
  ControlDriver driver;
  driver.establish();
  CHECK(driver.receive(EchoRequest{.identifier = 0xDEADBEEF}) == "send Echo-Reply");
  CHECK(driver.sent().back() ==
        ControlMessage(EchoReply{.identifier = 0xDEADBEEF, .result = 1, .error = 0}));
}

TEST_CASE("after idle-wait without a message an echo request is sent, once") {
  ControlDriver driver(timed(1000, 400));
  driver.establish();
  CHECK(driver.until_deadline() == Duration(1000));
  CHECK(driver.after(Duration(999)) == "");
  CHECK(driver.after(Duration(1)) == "send Echo-Request");
  CHECK(driver.tick() == "");
  CHECK(driver.core().counters().echoes_sent == 1);
}

TEST_CASE("the two waits are two settings") {
  ControlDriver driver(timed(1000, 400));
  driver.establish();
  driver.after(Duration(1000));
  CHECK(driver.until_deadline() == Duration(400));
  CHECK(driver.after(Duration(399)) == "");
  CHECK(driver.after(Duration(1)) == "close lost_no_echo");
  CHECK(driver.closed()->detail == "0.4 s");
}

TEST_CASE("what we send does not put the echo request off") {
  ControlDriver driver(timed(1000, 400));
  driver.establish();
  driver.wait(Duration(900));
  CHECK(driver.request() == "send Outgoing-Call-Request");
  CHECK(driver.after(Duration(100)) == "send Echo-Request");
}

TEST_CASE("whatever the server sends puts the echo request off") {
  ControlDriver driver(timed(1000, 400));
  driver.establish();
  for (const ControlMessage& message :
       {ControlMessage(EchoRequest{}), ControlMessage(WanErrorNotify{}),
        ControlMessage(SetLinkInfo{}), ControlMessage(IncomingCallRequest{}),
        ControlMessage(CallDisconnectNotify{})}) {
    INFO(name(type_of(message)));
    driver.wait(Duration(900));
    driver.receive(message);
    CHECK(driver.until_deadline() == Duration(1000));
  }
}

TEST_CASE("a server that talks but does not answer the echo is lost all the same") {
  ControlDriver driver(timed(1000, 400));
  driver.establish();
  driver.after(Duration(1000));
  driver.wait(Duration(399));
  CHECK(driver.receive(EchoRequest{}) == "send Echo-Reply");
  CHECK(driver.after(Duration(1)) == "close lost_no_echo");
}

TEST_CASE("the matching reply starts the idle wait again") {
  ControlDriver driver(timed(1000, 400));
  driver.establish();
  driver.after(Duration(1000));
  driver.wait(Duration(300));
  CHECK(driver.receive(answer(driver)) == "");
  CHECK(driver.core().counters().echoes_answered == 1);
  CHECK(driver.until_deadline() == Duration(1000));
  CHECK(driver.after(Duration(1000)) == "send Echo-Request");
}

TEST_CASE("a reply with another identifier is no answer, and the reason says that it came") {
  ControlDriver driver(timed(1000, 400));
  driver.establish();
  driver.after(Duration(1000));
  CHECK(driver.receive(answer(driver, 1)) == "");
  CHECK(driver.core().counters().echoes_wrong == 1);
  CHECK(driver.core().counters().echoes_answered == 0);
  CHECK(driver.after(Duration(400)) == "close lost_no_echo");
  CHECK(driver.closed()->detail == "0.4 s (1 with a wrong identifier)");
}

TEST_CASE("a reply that nobody asked for is ignored and counted") {
  ControlDriver driver(timed(1000, 400));
  driver.establish();
  CHECK(driver.receive(EchoReply{.identifier = 1}) == "ignore Echo-Reply");
  CHECK(driver.core().counters().unexpected == 1);
  CHECK(driver.core().counters().echoes_answered == 0);
}

TEST_CASE("idle-wait 0 never sends an echo request, whatever is heard") {
  ControlDriver driver(timed(0, 400));
  driver.establish();
  driver.receive(EchoRequest{});
  CHECK_FALSE(driver.until_deadline());
  CHECK(driver.after(std::chrono::hours(1000)) == "");
}

TEST_CASE("no echo request is sent before the connection is established") {
  ControlDriver driver(timed(1000, 400));
  driver.connect();
  CHECK(driver.until_deadline() == Duration(60'000));
  CHECK(driver.after(Duration(59'999)) == "");
}

TEST_CASE("no echo request is sent while the connection is stopped") {
  ControlDriver driver(timed(1000, 400));
  driver.establish();
  driver.wait(Duration(900));
  driver.stop();
  CHECK(driver.after(Duration(1000)) == "");
}

TEST_CASE("the loss of the echo ends every call, each by what it was") {
  ControlDriver driver(timed(1000, 400));
  driver.establish();
  driver.call_up(CallId{1}, CallId{11});
  driver.request({.call_id = CallId{2}});
  driver.call_up(CallId{3}, CallId{13});
  driver.after(Duration(1000));
  driver.clear(CallId{3});
  CHECK(driver.after(Duration(400)) ==
        "over 1 lost_no_echo, over 2 call_cancelled, over 3 hung_up_locally, close lost_no_echo");
  CHECK(driver.ended(CallId{2}).detail.find("Echo-Reply") != std::string::npos);
}

TEST_CASE("a doubt asks the server, and its answer keeps every call") {
  ControlDriver driver(timed(1000, 400));
  driver.establish();
  driver.call_up();
  CHECK(driver.doubt(Cause::lost_path, Duration(100)) == "send Echo-Request");
  driver.wait(Duration(99));
  CHECK(driver.receive(answer(driver)) == "");
  CHECK(driver.until_deadline() == Duration(1000));
  CHECK(driver.after(Duration(1)) == "");
}

TEST_CASE("a doubt without an answer ends the connection for the reason of the doubt") {
  ControlDriver driver(timed(1000, 400));
  driver.establish();
  driver.call_up();
  driver.doubt(Cause::lost_path, Duration(100));
  CHECK(driver.after(Duration(99)) == "");
  CHECK(driver.after(Duration(1)) == "over 7 lost_path, close lost_path");
}

TEST_CASE("a doubt in a state without calls changes nothing") {
  ControlDriver driver(timed(1000, 400));
  CHECK(driver.doubt(Cause::lost_path, Duration(100)) == "");
  driver.connect();
  CHECK(driver.doubt(Cause::lost_path, Duration(100)) == "");
  CHECK(driver.until_deadline() == Duration(60'000));
}

TEST_CASE(
    "after a jump of the clock the server is asked, and no call ends before it could answer") {
  ControlDriver driver(timed(1000, 400));
  driver.establish();
  driver.call_up();
  CHECK(driver.after(std::chrono::hours(2)) == "send Echo-Request");
  CHECK(driver.after(std::chrono::hours(2)) == "send Echo-Request");
  CHECK(driver.receive(answer(driver)) == "");
  CHECK(driver.until_deadline() == Duration(1000));
}

// SPDX-License-Identifier: GPL-2.0-or-later
// Calls as they are requested and answered: sections 2.7, 2.8, 3.2.1 and 3.2.4.2.
#include <set>

#include "tests/unit/callmgr/control/control_driver.hh"

using namespace callgate;
using namespace callgate::test;
using State = ControlConnection::State;

namespace {

OutgoingCallReply reply(uint8_t result = 1, CallId ours = kOurs) {
  return {.call_id = kTheirs, .peer_call_id = ours, .result = result};
}

ControlDriver requested() {
  ControlDriver driver;
  driver.establish();
  REQUIRE(driver.request() == "send Outgoing-Call-Request");
  return driver;
}

}  // namespace

TEST_CASE("the call request has every field of section 2.7") {
  ControlDriver driver;
  driver.establish();
  driver.request(
      {.call_id = kOurs, .serial_number = 4711, .phone = "0123456789", .receive_window = 33});
  CHECK(driver.sent().back() == ControlMessage(OutgoingCallRequest{.call_id = kOurs,
                                                                   .serial_number = 4711,
                                                                   .minimum_bps = 2400,
                                                                   .maximum_bps = 10'000'000,
                                                                   .bearer_type = kBearerEither,
                                                                   .framing_type = kFramingEither,
                                                                   .receive_window = 33,
                                                                   .processing_delay = 0,
                                                                   .phone_number_length = 10,
                                                                   .phone_number = {"0123456789"},
                                                                   .subaddress = {}}));
}

TEST_CASE("a phone number may fill its field") {
  ControlDriver driver;
  driver.establish();
  driver.request({.call_id = kOurs, .phone = std::string(64, '5')});
  auto request = std::get<OutgoingCallRequest>(driver.sent().back());
  CHECK(request.phone_number_length == 64);
  CHECK(request.phone_number.text == std::string(64, '5'));
}

TEST_CASE("a call requested where none can be ends at once") {
  ControlDriver driver;
  CHECK(driver.request() == "over 7 call_cancelled");
  CHECK(driver.ended().detail == "it is connecting");
  driver.connect();
  CHECK(driver.request({.call_id = CallId{8}}) == "over 8 call_cancelled");
  driver.disconnect();
  CHECK(driver.request({.call_id = CallId{9}}) == "over 9 call_cancelled");
}

TEST_CASE("a call id that is in use on the connection is not requested again") {
  auto driver = requested();
  CHECK(driver.request() == "");
  CHECK(driver.core().calls().size() == 1);
}

TEST_CASE("result 1 brings the call up with what the server said") {
  auto driver = requested();
  OutgoingCallReply good{.call_id = kTheirs,
                         .peer_call_id = kOurs,
                         .connect_speed = 64000,
                         .receive_window = 16,
                         .processing_delay = 3};
  CHECK(driver.receive(good) == "up 7");
  const auto& call = driver.core().calls().at(kOurs);
  CHECK(call.state() == Call::State::established);
  CHECK(call.peer_call_id() == kTheirs);
}

TEST_CASE("every other result refuses the call and leaves the connection") {
  for (unsigned result = 0; result <= 255; result++) {
    if (result == 1) continue;
    INFO("result " << result);
    auto driver = requested();
    auto refusal = reply(static_cast<uint8_t>(result));
    refusal.error = 6;
    refusal.cause = 17;
    CHECK(driver.receive(refusal) == "over 7 call_refused");
    CHECK(driver.ended().result == result);
    CHECK(driver.ended().error == 6);
    CHECK(driver.ended().code == 17);
    CHECK(driver.core().state() == State::established);
  }
}

TEST_CASE("a reply that names no call ends the one that waits alone") {
  auto driver = requested();
  CHECK(driver.receive(reply(1, kNoCall)) == "over 7 call_bad_reply");
  CHECK(driver.ended().detail == "it is for call ID 0, ours is 7");
}

TEST_CASE("a refusal that names no call of ours refuses the one that waits alone") {
  auto driver = requested();
  CHECK(driver.receive(reply(4, CallId{0})) == "over 7 call_refused");
}

TEST_CASE("a reply that comes late for one call does not end the next one") {
  auto result = GENERATE(1, 4);
  auto driver = requested();
  driver.clear();
  REQUIRE(driver.after(Duration(3'000)) == "over 7 hung_up_locally");
  driver.request({.call_id = CallId{8}});
  CHECK(driver.receive(reply(static_cast<uint8_t>(result))) == "ignore Outgoing-Call-Reply");
  CHECK(driver.receive(CallDisconnectNotify{.call_id = kTheirs}) ==
        "ignore Call-Disconnect-Notify");
  CHECK(driver.core().calls().contains(CallId{8}));
}

TEST_CASE("a second reply changes nothing") {
  auto result = GENERATE(1, 4);
  auto driver = requested();
  driver.receive(reply());
  auto second = reply(static_cast<uint8_t>(result));
  second.call_id = CallId{999};
  CHECK(driver.receive(second) == "ignore Outgoing-Call-Reply");
  CHECK(driver.core().calls().at(kOurs).peer_call_id() == kTheirs);
}

TEST_CASE("a call without a reply in its time closes the whole connection") {
  ControlDriver driver;
  driver.establish();
  driver.call_up(CallId{1}, CallId{11});
  driver.request({.call_id = CallId{2}, .reply_timeout = Duration(5'000)});
  CHECK(driver.until_deadline() == Duration(5'000));
  CHECK(driver.after(Duration(4'999)) == "");
  CHECK(driver.after(Duration(1)) ==
        "over 1 lost_protocol, over 2 call_no_reply, close call_no_reply");
  CHECK(driver.ended(CallId{2}).detail == "5 s");
}

TEST_CASE("two calls of one connection know nothing of each other") {
  ControlDriver driver;
  driver.establish();
  driver.request({.call_id = CallId{1}});
  driver.request({.call_id = CallId{2}});
  CHECK(driver.receive(reply(4, CallId{2})) == "over 2 call_refused");
  CHECK(driver.receive(reply(1, CallId{1})) == "up 1");
  driver.call_up(CallId{3}, CallId{13});
  CHECK(driver.receive(CallDisconnectNotify{.call_id = CallId{13}}) == "over 3 server_cleared");
  CHECK(driver.core().calls().size() == 1);
}

TEST_CASE("of several that wait, none is meant by a reply that names none") {
  ControlDriver driver;
  driver.establish();
  driver.request({.call_id = CallId{1}});
  driver.request({.call_id = CallId{2}});
  CHECK(driver.receive(reply(1, CallId{99})) == "ignore Outgoing-Call-Reply");
  CHECK(driver.core().calls().size() == 2);
}

TEST_CASE("Set-Link-Info goes out for a call that is up, and for no other") {
  auto driver = requested();
  CHECK(driver.link_info() == "");
  driver.receive(reply());
  CHECK(driver.link_info() == "send Set-Link-Info");
  CHECK(driver.sent().back() ==
        ControlMessage(SetLinkInfo{.peer_call_id = kTheirs, .send_accm = 1, .receive_accm = 2}));
  CHECK(driver.link_info(CallId{99}) == "");
  driver.clear();
  CHECK(driver.link_info() == "");
}

TEST_CASE("a server that wants to call us is refused, under its own call id") {
  auto driver = requested();
  CHECK(driver.receive(IncomingCallRequest{.call_id = CallId{4711}}) == "send Incoming-Call-Reply");
  CHECK(driver.sent().back() ==
        ControlMessage(
            IncomingCallReply{.call_id = CallId{0}, .peer_call_id = CallId{4711}, .result = 3}));
  CHECK(driver.core().counters().refused_calls == 1);
  CHECK(driver.core().calls().size() == 1);
}

TEST_CASE("line errors are counted, link info is taken, both in silence") {
  auto driver = requested();
  for (int i = 0; i < 3; i++) CHECK(driver.receive(WanErrorNotify{.crc_errors = 5}) == "");
  CHECK(driver.receive(SetLinkInfo{}) == "");
  CHECK(driver.core().counters().wan_errors == 3);
  CHECK(driver.core().counters().unexpected == 0);
  CHECK(driver.heard().size() == 5);  // with the Start-Control-Connection-Reply
}

// SPDX-License-Identifier: GPL-2.0-or-later
// The copy of a control connection: byte for byte, message by message, and whom a message concerns.
#include "callmgr/control/control_tap.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/common/wire/control_samples.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

std::vector<Bytes> tapped(ControlTap& tap, ByteSpan bytes, size_t chunk) {
  std::vector<Bytes> messages;
  for (size_t at = 0; at < bytes.size(); at += chunk)
    tap.push(bytes.subspan(at, std::min(chunk, bytes.size() - at)),
             [&](ByteSpan message) { messages.emplace_back(message.begin(), message.end()); });
  return messages;
}

}  // namespace

TEST_CASE("whatever the stream is cut into, each message comes out as it was") {
  Bytes stream;
  std::vector<Bytes> expected;
  for (const auto& sample : control_samples()) {
    expected.push_back(encode(sample));
    stream = stream + expected.back();
  }
  for (size_t chunk : {size_t{1}, size_t{7}, size_t{100}, stream.size()}) {
    ControlTap tap({});
    CHECK(tapped(tap, stream, chunk) == expected);
  }
}

TEST_CASE("a tap that begins in the middle of a message has the whole of it") {
  Bytes echo = encode(EchoRequest{.identifier = 7});
  ControlTap tap(ByteSpan(echo).first(5));
  CHECK(tapped(tap, ByteSpan(echo).subspan(5), 100) == std::vector<Bytes>{echo});
}

TEST_CASE("what is no message comes out as it is, once") {
  Bytes rubbish = hex("00 10 00 02 1A 2B 3C 4D 00 05 00 00") + repeated(0x55, 1000);
  ControlTap tap({});
  auto messages = tapped(tap, rubbish, rubbish.size());
  REQUIRE(messages.size() == 1);
  CHECK(messages[0] == Bytes(rubbish.begin(), rubbish.begin() + kMaxControlMessageSize));
  CHECK(tapped(tap, encode(EchoRequest{}), 100).empty());
}

TEST_CASE("a message concerns its call, by the identifier that its type has") {
  const CallId ours{7}, theirs{9}, other{8};
  auto about = [&](const ControlMessage& m) { return concerns(encode(m), ours, theirs); };
  CHECK(about(OutgoingCallRequest{.call_id = ours}));
  CHECK(about(OutgoingCallReply{.call_id = theirs, .peer_call_id = ours}));
  CHECK(about(CallClearRequest{.call_id = ours}));
  CHECK(about(CallDisconnectNotify{.call_id = theirs}));
  CHECK(about(WanErrorNotify{.peer_call_id = ours}));
  CHECK(about(SetLinkInfo{.peer_call_id = theirs}));
  CHECK(about(SetLinkInfo{.peer_call_id = ours}));

  CHECK_FALSE(about(OutgoingCallRequest{.call_id = other}));
  CHECK_FALSE(about(OutgoingCallReply{.call_id = ours, .peer_call_id = other}));
  CHECK_FALSE(about(CallClearRequest{.call_id = other}));
  CHECK_FALSE(about(CallDisconnectNotify{.call_id = ours}));
  CHECK_FALSE(about(WanErrorNotify{.peer_call_id = other}));
  CHECK_FALSE(about(SetLinkInfo{.peer_call_id = other}));
  CHECK_FALSE(about(IncomingCallRequest{.call_id = ours}));
}

TEST_CASE("a message about the connection concerns all of its calls, and rubbish none") {
  CHECK(concerns(encode(EchoRequest{}), CallId{7}, CallId{9}));
  CHECK(concerns(encode(StopControlConnectionRequest{}), CallId{7}, CallId{9}));
  CHECK_FALSE(concerns(hex("00 10"), CallId{7}, CallId{9}));
}

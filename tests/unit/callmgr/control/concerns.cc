// SPDX-License-Identifier: GPL-2.0-or-later
// Which calls a message on a control connection concerns.
#include "callmgr/control/concerns.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

TEST_CASE("a message concerns its call, by the identifier that its type has") {
  const CallId ours{7}, theirs{9}, other{8};
  auto about = [&](const ControlMessage& m) { return concerns(encode(m), ours, theirs); };
  CHECK(about(OutgoingCallRequest{.call_id = ours}));
  CHECK(about(OutgoingCallReply{.call_id = theirs, .peer_call_id = ours}));
  CHECK(about(CallClearRequest{.call_id = ours}));
  CHECK(about(CallClearRequest{.call_id = theirs}));
  CHECK(about(CallDisconnectNotify{.call_id = theirs}));
  CHECK(about(CallDisconnectNotify{.call_id = ours}));
  CHECK(about(CallDisconnectNotify{.call_id = byte_swapped(ours)}));
  CHECK(about(WanErrorNotify{.peer_call_id = ours}));
  CHECK(about(SetLinkInfo{.peer_call_id = theirs}));
  CHECK(about(SetLinkInfo{.peer_call_id = ours}));

  CHECK_FALSE(about(OutgoingCallRequest{.call_id = other}));
  CHECK_FALSE(about(OutgoingCallReply{.call_id = ours, .peer_call_id = other}));
  CHECK_FALSE(about(CallClearRequest{.call_id = other}));
  CHECK_FALSE(about(CallDisconnectNotify{.call_id = other}));
  CHECK_FALSE(about(WanErrorNotify{.peer_call_id = other}));
  CHECK_FALSE(about(SetLinkInfo{.peer_call_id = other}));
  CHECK_FALSE(about(IncomingCallRequest{.call_id = ours}));
}

TEST_CASE("a message about the connection concerns all of its calls, and rubbish none") {
  CHECK(concerns(encode(EchoRequest{}), CallId{7}, CallId{9}));
  CHECK(concerns(encode(StopControlConnectionRequest{}), CallId{7}, CallId{9}));
  CHECK_FALSE(concerns(hex("00 10"), CallId{7}, CallId{9}));
}

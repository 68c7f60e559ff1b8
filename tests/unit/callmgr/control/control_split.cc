// SPDX-License-Identifier: GPL-2.0-or-later
// TCP cuts a conversation where it likes: the same steps come of it.
#include "tests/unit/callmgr/control/control_driver.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

Bytes conversation() {
  Bytes out = encode(StartControlConnectionReply{.maximum_channels = 2});
  for (const ControlMessage& message :
       {ControlMessage(EchoRequest{.identifier = 1}), ControlMessage(WanErrorNotify{}),
        ControlMessage(IncomingCallRequest{.call_id = CallId{4}}), ControlMessage(SetLinkInfo{}),
        ControlMessage(CallDisconnectNotify{}), ControlMessage(EchoReply{}),
        ControlMessage(StopControlConnectionRequest{.reason = 3})})
    out = out + encode(message);
  return out;
}

std::string in_pieces(ByteSpan stream, size_t size) {
  ControlDriver driver;
  driver.connect();
  std::string all;
  for (; !stream.empty(); stream = stream.subspan(std::min(size, stream.size()))) {
    auto steps = driver.bytes(stream.first(std::min(size, stream.size())));
    if (!steps.empty()) all += (all.empty() ? "" : ", ") + steps;
  }
  return all;
}

}  // namespace

TEST_CASE("a conversation that arrives octet by octet takes the same steps as one in one piece") {
  const Bytes stream = conversation();
  const auto whole = in_pieces(stream, stream.size());
  CHECK(whole ==
        "established, send Echo-Reply, send Incoming-Call-Reply, ignore Call-Disconnect-Notify, "
        "ignore Echo-Reply, send Stop-Control-Connection-Reply, close server_stopped");
  for (size_t size : {1u, 2u, 3u, 7u, 16u, 155u, 157u}) CHECK(in_pieces(stream, size) == whole);
}

TEST_CASE("half a message is no message: it does not put the echo request off") {
  ControlDriver driver;
  driver.establish();
  driver.wait(Duration(59'000));
  driver.bytes(ByteSpan(encode(EchoRequest{})).first(15));
  CHECK(driver.after(Duration(1'000)) == "send Echo-Request");
}

TEST_CASE("every message heard is told for the log, in order") {
  ControlDriver driver;
  driver.establish();
  driver.bytes(encode(EchoRequest{.identifier = 1}) + encode(SetLinkInfo{}));
  REQUIRE(driver.heard().size() == 3);
  CHECK(driver.heard()[1] == ControlMessage(EchoRequest{.identifier = 1}));
  CHECK(driver.heard()[2] == ControlMessage(SetLinkInfo{}));
}

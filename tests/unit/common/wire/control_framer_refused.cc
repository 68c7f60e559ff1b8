// SPDX-License-Identifier: GPL-2.0-or-later
// A stream that has lost its framing is refused and stays refused: the cookie "should not be used
// as a means for resynchronizing the TCP data stream" (RFC 2637 section 1.4).
#include "common/wire/control_framer.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

std::optional<Malformed> refusal(ControlFramer& framer) {
  auto next = framer.next();
  if (auto* malformed = std::get_if<Malformed>(&next)) return *malformed;
  return std::nullopt;
}

const Bytes kEcho = encode(EchoRequest{.identifier = 7});

}  // namespace

TEST_CASE("good messages after garbage are refused: the framer never resynchronises") {
  ControlFramer framer;
  framer.push(hex("FF") + kEcho);
  CHECK(refusal(framer) == Malformed::wrong_length);
  for (int i = 0; i < 3; i++) {
    framer.push(kEcho);
    CHECK(refusal(framer) == Malformed::wrong_length);
  }
}

TEST_CASE("what follows garbage is not stored: a peer cannot fill our memory with it") {
  ControlFramer framer;
  framer.push(hex("FF FF"));
  CHECK(refusal(framer) == Malformed::wrong_length);
  for (int i = 0; i < 100; i++) framer.push(kEcho);
  CHECK(framer.pending() == 2);
}

TEST_CASE("what is no message comes out as it is, a largest message at most") {
  Bytes rubbish = hex("00 10 00 02 1A 2B 3C 4D 00 05 00 00") + repeated(0x55, 1000);
  ControlFramer framer;
  framer.push(rubbish);
  CHECK(refusal(framer).has_value());
  CHECK(Bytes(framer.raw().begin(), framer.raw().end()) ==
        Bytes(rubbish.begin(), rubbish.begin() + kMaxControlMessageSize));
}

TEST_CASE("the reason of a refusal stays that of the first malformed message") {
  Bytes bad_cookie = kEcho, bad_type = kEcho;
  bad_cookie[4] = 0;
  bad_type[9] = 99;
  ControlFramer framer;
  framer.push(bad_cookie);
  CHECK(refusal(framer) == Malformed::wrong_cookie);
  framer.push(bad_type);
  CHECK(refusal(framer) == Malformed::wrong_cookie);
}

TEST_CASE("messages before the garbage are still handed out") {
  ControlFramer framer;
  framer.push(kEcho + kEcho + hex("00 00"));
  CHECK(std::holds_alternative<ControlMessage>(framer.next()));
  CHECK(std::holds_alternative<ControlMessage>(framer.next()));
  CHECK(refusal(framer) == Malformed::wrong_length);
}

TEST_CASE("a bad header is refused before its body arrives") {
  Bytes request = encode(StartControlConnectionRequest{});
  request.resize(kControlHeaderSize);
  request[9] = 3;  // the type of a shorter message
  ControlFramer framer;
  framer.push(request);
  CHECK(refusal(framer) == Malformed::wrong_length);
}

TEST_CASE("a whole message of an unknown type comes out as one, and the stream goes on after it") {
  Bytes unknown = kEcho;
  unknown[9] = 99;
  ControlFramer framer;
  framer.push(ByteSpan(unknown).first(unknown.size() - 1));
  CHECK(framer.next() == ControlFramer::Result(NeedMore{}));
  framer.push(ByteSpan(unknown).last(1));
  framer.push(kEcho);
  CHECK(framer.next() == ControlFramer::Result(UnknownMessage{99}));
  CHECK(Bytes(framer.raw().begin(), framer.raw().end()) == unknown);
  CHECK(framer.next() == ControlFramer::Result(EchoRequest{.identifier = 7}));
  CHECK(framer.next() == ControlFramer::Result(NeedMore{}));
  CHECK(framer.pending() == 0);
}

TEST_CASE("a bad length is refused with its second byte") {
  ControlFramer framer;
  framer.push(hex("00"));
  CHECK(std::holds_alternative<NeedMore>(framer.next()));
  framer.push(hex("0B"));  // one less than a header
  CHECK(refusal(framer) == Malformed::wrong_length);
}

// What a web server says to a PPTP client.
TEST_CASE("an HTTP answer is refused at once") {
  ControlFramer framer;
  framer.push(padded("HTTP/1.1 400 Bad Request\r\n", 26));
  CHECK(refusal(framer) == Malformed::wrong_length);
}

TEST_CASE("the beginning of a good message is waited for, not refused") {
  for (size_t size = 1; size < kEcho.size(); size++) {
    INFO("first " << size << " bytes");
    ControlFramer framer;
    framer.push(ByteSpan(kEcho).first(size));
    CHECK(std::holds_alternative<NeedMore>(framer.next()));
    CHECK(framer.pending() == size);
  }
}

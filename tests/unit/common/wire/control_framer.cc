// SPDX-License-Identifier: GPL-2.0-or-later
// A stream of good messages is cut right, wherever TCP cut it.
#include "common/wire/control_framer.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/common/wire/control_samples.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

// All messages that the framer has by now; the last answer must be that it needs more.
std::vector<ControlMessage> drain(ControlFramer& framer) {
  std::vector<ControlMessage> messages;
  auto next = framer.next();
  for (; std::holds_alternative<ControlMessage>(next); next = framer.next())
    messages.push_back(std::get<ControlMessage>(next));
  CHECK(std::holds_alternative<NeedMore>(next));
  return messages;
}

Bytes all_encoded() {
  Bytes stream;
  for (const auto& sample : control_samples()) stream = stream + encode(sample);
  return stream;
}

}  // namespace

TEST_CASE("a framer that got nothing needs more") {
  ControlFramer framer;
  CHECK(std::holds_alternative<NeedMore>(framer.next()));
  framer.push({});
  CHECK(std::holds_alternative<NeedMore>(framer.next()));
  CHECK(framer.pending() == 0);
}

TEST_CASE("messages that arrive byte by byte come out one by one, each with its last byte") {
  ControlFramer framer;
  for (const auto& sample : control_samples()) {
    Bytes wire = encode(sample);
    for (size_t i = 0; i + 1 < wire.size(); i++) {
      framer.push(ByteSpan(wire).subspan(i, 1));
      CHECK(drain(framer).empty());
      CHECK(framer.pending() == i + 1);
    }
    framer.push(ByteSpan(wire).last(1));
    CHECK(drain(framer) == std::vector<ControlMessage>{sample});
    CHECK(framer.pending() == 0);
  }
}

TEST_CASE("two messages in one chunk come out in order") {
  for (const auto& first : control_samples()) {
    ControlFramer framer;
    framer.push(encode(first) + encode(EchoRequest{.identifier = 7}));
    CHECK(drain(framer) == std::vector<ControlMessage>{first, EchoRequest{.identifier = 7}});
  }
}

TEST_CASE("all fifteen messages in one chunk come out in order") {
  ControlFramer framer;
  framer.push(all_encoded());
  CHECK(drain(framer) == control_samples());
}

TEST_CASE("a stream cut in two at any point gives the same messages") {
  const Bytes stream = all_encoded();
  const auto samples = control_samples();
  for (size_t cut = 0; cut <= stream.size(); cut++) {
    INFO("cut after " << cut << " bytes");
    ControlFramer framer;
    framer.push(ByteSpan(stream).first(cut));
    auto messages = drain(framer);
    framer.push(ByteSpan(stream).subspan(cut));
    for (auto& message : drain(framer)) messages.push_back(message);
    CHECK(messages == samples);
    CHECK(framer.pending() == 0);
  }
}

TEST_CASE("chunks pushed before the first question are joined") {
  ControlFramer framer;
  Bytes wire = encode(EchoRequest{.identifier = 7});
  framer.push(ByteSpan(wire).first(5));
  framer.push(ByteSpan(wire).subspan(5));
  CHECK(drain(framer) == std::vector<ControlMessage>{EchoRequest{.identifier = 7}});
}

TEST_CASE("the reserved octets of a header are known until the next message") {
  ControlFramer framer;
  Bytes odd = encode(EchoRequest{.identifier = 1});
  odd[10] = 0xBE, odd[11] = 0xEF;
  framer.push(odd + encode(EchoRequest{.identifier = 2}));
  CHECK(framer.reserved0() == 0);
  framer.next();
  CHECK(framer.reserved0() == 0xBEEF);
  framer.next();
  CHECK(framer.reserved0() == 0);
}

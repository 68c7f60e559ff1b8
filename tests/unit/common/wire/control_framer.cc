// SPDX-License-Identifier: GPL-2.0-or-later
// A stream of good messages is cut right, wherever TCP cut it, and its bytes are handed out as they
// came.
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

TEST_CASE("whatever the stream is cut into, each message comes with its bytes as they were") {
  Bytes stream;
  std::vector<Bytes> expected;
  for (const auto& sample : control_samples()) {
    expected.push_back(encode(sample));
    expected.back()[10] = 0xBE;  // reserved octets, which no message has a field for
    stream = stream + expected.back();
  }
  for (size_t chunk : {size_t{1}, size_t{7}, size_t{100}, stream.size()}) {
    ControlFramer framer;
    std::vector<Bytes> got;
    for (size_t at = 0; at < stream.size(); at += chunk) {
      framer.push(ByteSpan(stream).subspan(at, std::min(chunk, stream.size() - at)));
      while (std::holds_alternative<ControlMessage>(framer.next()))
        got.emplace_back(framer.raw().begin(), framer.raw().end());
      CHECK(framer.raw().empty());
    }
    CHECK(got == expected);
  }
}

TEST_CASE("a framer that is written down goes on in the middle of a message") {
  Bytes first = encode(EchoRequest{.identifier = 6}), second = encode(EchoRequest{.identifier = 7});
  ControlFramer framer;
  framer.push(first + Bytes(second.begin(), second.begin() + 5));
  CHECK(drain(framer).size() == 1);
  Bytes written;
  Writer(written).put(framer);
  ControlFramer other;
  Reader(written).get(other);
  other.push(ByteSpan(second).subspan(5));
  CHECK(std::holds_alternative<ControlMessage>(other.next()));
  CHECK(Bytes(other.raw().begin(), other.raw().end()) == second);
}

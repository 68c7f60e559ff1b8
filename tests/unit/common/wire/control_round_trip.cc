// SPDX-License-Identifier: GPL-2.0-or-later
// Every control message survives the wire whole. That each field stands where RFC 2637 puts it is
// shown by common_control_golden_*.cc.
#include "tests/unit/catch.hh"
#include "tests/unit/common/wire/control_samples.hh"
#include "tests/unit/field_list.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

TEST_CASE("the samples hold one message of each of the fifteen types, every field set") {
  auto samples = control_samples();
  REQUIRE(samples.size() == 15);
  for (size_t i = 0; i < samples.size(); i++) {
    INFO(name(type_of(samples[i])));
    CHECK(static_cast<size_t>(type_of(samples[i])) == i + 1);
    CHECK(std::visit([](const auto& m) { return fields_at_default(m); }, samples[i]) == 0);
  }
}

TEST_CASE("every control message is the same after encoding and parsing") {
  for (const auto& sample : control_samples()) {
    INFO(name(type_of(sample)));
    auto parsed = parse_control_message(encode(sample));
    REQUIRE(std::holds_alternative<ControlMessage>(parsed));
    CHECK(std::get<ControlMessage>(parsed) == sample);
  }
}

TEST_CASE("a default message of every type round-trips too") {
  for (const auto& sample : control_samples()) {
    auto fresh = std::visit([](auto m) { return ControlMessage(decltype(m){}); }, sample);
    INFO(name(type_of(fresh)));
    auto parsed = parse_control_message(encode(fresh));
    REQUIRE(std::holds_alternative<ControlMessage>(parsed));
    CHECK(std::get<ControlMessage>(parsed) == fresh);
  }
}

TEST_CASE("every control message has the size that RFC 2637 gives it") {
  constexpr size_t kSizes[15] = {156, 156, 16, 16, 16, 20, 168, 32, 220, 24, 28, 16, 148, 40, 24};
  for (const auto& sample : control_samples()) {
    INFO(name(type_of(sample)));
    auto type = static_cast<uint16_t>(type_of(sample));
    CHECK(encode(sample).size() == kSizes[type - 1]);
    CHECK(wire_size(type) == kSizes[type - 1]);
  }
  CHECK(wire_size(0) == 0);
  CHECK(wire_size(16) == 0);
  CHECK(wire_size(65535) == 0);
}

// A field that the parser passes over would let two different messages look alike.
TEST_CASE("no byte of a message body goes unread, reserved ones apart") {
  for (const auto& sample : control_samples()) {
    Bytes wire = encode(sample);
    for (size_t at = kControlHeaderSize; at < wire.size(); at++) {
      INFO(name(type_of(sample)) << ", byte " << at);
      if (wire[at] == 0) continue;  // only reserved bytes are zero in a sample
      Bytes changed = wire;
      changed[at] ^= 0x40;
      auto parsed = parse_control_message(changed);
      REQUIRE(std::holds_alternative<ControlMessage>(parsed));
      CHECK(std::get<ControlMessage>(parsed) != sample);
    }
  }
}

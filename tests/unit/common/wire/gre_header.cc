// SPDX-License-Identifier: GPL-2.0-or-later
// The enhanced GRE header of RFC 2637 section 4.1, written and read.
#include "common/wire/gre_header.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

Bytes header(CallId call_id, uint16_t payload_size, std::optional<Sequence> sequence,
             std::optional<Sequence> acknowledgement) {
  std::array<uint8_t, kMaxGreHeaderSize> out;
  out.fill(0xEE);
  size_t size = write_gre_header(out, call_id, payload_size, sequence, acknowledgement);
  for (size_t i = size; i < out.size(); i++) CHECK(out[i] == 0xEE);  // nothing written beyond
  return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size)};
}

GrePacket parsed(ByteSpan packet) {
  auto result = parse_gre(packet);
  REQUIRE(std::holds_alternative<GrePacket>(result));
  return std::get<GrePacket>(result);
}

const Bytes kPayload = hex("FF 03 C0 21 01 01 00 04");

}  // namespace

TEST_CASE("a data packet has the bytes of RFC 2637 section 4.1") {
  Bytes wire = hex("30 01")          // K and S, version 1
               + hex("88 0B")        // Protocol Type
               + hex("00 08")        // Payload Length
               + hex("56 78")        // Call ID: the receiver's
               + hex("00 00 00 00")  // Sequence Number: the first is 0
               + kPayload;
  CHECK(dump(header(CallId{0x5678}, 8, Sequence{0}, {}) + kPayload) == dump(wire));

  auto packet = parsed(wire);
  CHECK(packet.call_id == CallId{0x5678});
  CHECK(packet.sequence == Sequence{0});
  CHECK_FALSE(packet.acknowledgement.has_value());
  CHECK(dump(packet.payload) == dump(kPayload));
}

TEST_CASE("a data packet with an acknowledgement has the sequence number first") {
  Bytes wire = hex("30 81")          // K, S and A, version 1
               + hex("88 0B")        // Protocol Type
               + hex("00 08")        // Payload Length
               + hex("56 78")        // Call ID
               + hex("01 02 03 04")  // Sequence Number
               + hex("FF FE FD FC")  // Acknowledgment Number
               + kPayload;
  CHECK(dump(header(CallId{0x5678}, 8, Sequence{0x01020304}, Sequence{0xFFFEFDFC}) + kPayload) ==
        dump(wire));

  auto packet = parsed(wire);
  CHECK(packet.sequence == Sequence{0x01020304});
  CHECK(packet.acknowledgement == Sequence{0xFFFEFDFC});
  CHECK(dump(packet.payload) == dump(kPayload));
}

TEST_CASE("a sequence number may come without a payload") {
  auto packet = parsed(hex("30 01 88 0B 00 00 56 78 00 00 00 05"));
  CHECK(packet.sequence == Sequence{5});
  CHECK(packet.payload.empty());
  packet = parsed(hex("30 81 88 0B 00 00 56 78 00 00 00 05 00 00 00 06"));
  CHECK(packet.sequence == Sequence{5});
  CHECK(packet.acknowledgement == Sequence{6});
}

TEST_CASE("a pure acknowledgement has no sequence number and no payload") {
  Bytes wire = hex("20 81")           // K and A, version 1
               + hex("88 0B")         // Protocol Type
               + hex("00 00")         // Payload Length
               + hex("56 78")         // Call ID
               + hex("00 00 00 2A");  // Acknowledgment Number
  CHECK(dump(header(CallId{0x5678}, 0, {}, Sequence{42})) == dump(wire));

  auto packet = parsed(wire);
  CHECK_FALSE(packet.sequence.has_value());
  CHECK(packet.acknowledgement == Sequence{42});
  CHECK(packet.payload.empty());
}

TEST_CASE("bytes after the payload length are padding and not payload") {
  Bytes wire = header(CallId{1}, 8, Sequence{5}, {}) + kPayload + repeated(0xAA, 20);
  CHECK(dump(parsed(wire).payload) == dump(kPayload));
  Bytes ack = header(CallId{1}, 0, {}, Sequence{5}) + Bytes(34);
  CHECK(parsed(ack).payload.empty());
}

TEST_CASE("every written header is read back, with every call id and the largest payload") {
  const Bytes payload = repeated(0x55, UINT16_MAX);
  for (uint32_t id = 0; id <= UINT16_MAX; id += 0x0101) {
    auto call_id = static_cast<CallId>(id);
    Bytes wire = header(call_id, UINT16_MAX, Sequence{~id}, Sequence{id}) + payload;
    auto packet = parsed(wire);
    CHECK(packet.call_id == call_id);
    CHECK(packet.sequence == Sequence{~id});
    CHECK(packet.acknowledgement == Sequence{id});
    CHECK(packet.payload.size() == payload.size());
  }
}

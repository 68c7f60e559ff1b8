// SPDX-License-Identifier: GPL-2.0-or-later
// Packets that are no enhanced GRE of RFC 2637 section 4.1, each refused by name.
#include "common/wire/gre_header.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

std::optional<GreError> refusal(ByteSpan packet) {
  auto result = parse_gre(packet);
  if (auto* error = std::get_if<GreError>(&result)) return *error;
  return std::nullopt;
}

// A header with these first 16 bits, then two longwords and a payload of `payload_size` bytes.
Bytes with_flags(uint16_t flags, uint8_t payload_size = 4) {
  return Bytes{static_cast<uint8_t>(flags >> 8), static_cast<uint8_t>(flags)} + hex("88 0B 00") +
         Bytes{payload_size} + hex("12 34") + hex("00 00 00 01 00 00 00 02") +
         repeated(0x55, payload_size);
}

}  // namespace

TEST_CASE("of all 65536 flag words three are taken: data, data with ack, and ack alone") {
  std::vector<unsigned> data, no_data;
  for (unsigned flags = 0; flags <= UINT16_MAX; flags++) {
    if (!refusal(with_flags(static_cast<uint16_t>(flags), 4))) data.push_back(flags);
    if (!refusal(with_flags(static_cast<uint16_t>(flags), 0))) no_data.push_back(flags);
  }
  CHECK(data == std::vector<unsigned>{0x3001, 0x3081});
  // A sequence number may come without a payload.
  CHECK(no_data == std::vector<unsigned>{0x2081, 0x3001, 0x3081});
}

TEST_CASE("each bit that section 4.1 fixes is refused when it is wrong") {
  for (unsigned bit : {0x8000u, 0x4000u, 0x2000u, 0x0800u, 0x0400u, 0x0200u, 0x0100u, 0x0040u,
                       0x0020u, 0x0010u, 0x0008u, 0x0004u, 0x0002u, 0x0001u}) {
    INFO("bit " << bit);
    CHECK(refusal(with_flags(static_cast<uint16_t>(0x3081 ^ bit))) == GreError::not_enhanced);
  }
}

TEST_CASE("a protocol type other than PPP is refused") {
  Bytes packet = with_flags(0x3001);
  packet[2] = 0x08, packet[3] = 0x00;  // IPv4 in GRE, from some other tunnel
  CHECK(refusal(packet) == GreError::not_enhanced);
}

TEST_CASE("a packet cut at any point is refused") {
  for (uint16_t flags : std::initializer_list<uint16_t>{0x3001, 0x3081, 0x2081}) {
    uint8_t payload = flags & 0x1000 ? 4 : 0;
    Bytes packet = with_flags(flags, payload);
    size_t longwords = (flags & 0x1000 ? 1 : 0) + (flags & 0x0080 ? 1 : 0);
    size_t whole = 8 + 4 * longwords + payload;
    for (size_t size = 0; size < whole; size++) {
      INFO("flags " << flags << ", first " << size << " bytes");
      CHECK(refusal(ByteSpan(packet).first(size)) == GreError::truncated);
    }
    CHECK_FALSE(refusal(ByteSpan(packet).first(whole)).has_value());
  }
}

TEST_CASE("the first eight bytes tell whose a packet is, and its size") {
  struct {
    uint16_t flags;
    size_t size;
  } const cases[] = {{0x3001, 12 + 4}, {0x3081, 16 + 4}, {0x2081, 12}};
  for (auto [flags, size] : cases) {
    Bytes packet = with_flags(flags, flags & 0x1000 ? 4 : 0);
    auto beginning = parse_gre_beginning(ByteSpan(packet).first(8));
    REQUIRE(beginning);
    CHECK(beginning->size == size);
    CHECK(beginning->call_id == CallId{static_cast<uint16_t>(packet[6] << 8 | packet[7])});
    for (size_t cut = 0; cut < 8; cut++)
      CHECK_FALSE(parse_gre_beginning(ByteSpan(packet).first(cut)));
  }
  CHECK_FALSE(parse_gre_beginning(with_flags(0x3080)));  // another version
}

TEST_CASE("a payload length beyond the packet is refused") {
  Bytes packet = with_flags(0x3081, 4);
  packet[5] = 5;
  CHECK(refusal(packet) == GreError::truncated);
  packet[4] = packet[5] = 0xFF;
  CHECK(refusal(packet) == GreError::truncated);
}

TEST_CASE("a payload without a sequence number is refused") {
  CHECK(refusal(with_flags(0x2001, 4)) == GreError::no_payload_bit);
  CHECK(refusal(with_flags(0x2081, 4)) == GreError::no_payload_bit);
}

TEST_CASE("a packet with neither payload nor acknowledgement is refused") {
  CHECK(refusal(with_flags(0x2001, 0)) == GreError::no_payload_bit);
}

TEST_CASE("each GRE error has words of its own") {
  std::vector<std::string_view> all;
  for (size_t i = 0; i < kGreErrors; i++) {
    auto words = describe(static_cast<GreError>(i));
    CHECK_FALSE(words.empty());
    CHECK(std::find(all.begin(), all.end(), words) == all.end());
    all.push_back(words);
  }
}

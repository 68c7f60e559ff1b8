// SPDX-License-Identifier: GPL-2.0-or-later
// What is not a control message is refused, and by the right name (RFC 2637 section 1.4).
#include "tests/unit/catch.hh"
#include "tests/unit/common/wire/control_samples.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

using Parsed = std::variant<ControlMessage, Malformed>;

void set16(Bytes& bytes, size_t at, size_t value) {
  bytes[at] = static_cast<uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<uint8_t>(value);
}

constexpr size_t kLengthAt = 0, kMessageTypeAt = 2, kCookieAt = 4, kTypeAt = 8;

}  // namespace

TEST_CASE("a control message cut at any point is refused") {
  for (const auto& sample : control_samples()) {
    Bytes wire = encode(sample);
    for (size_t size = 0; size < wire.size(); size++) {
      INFO(name(type_of(sample)) << ", first " << size << " bytes");
      CHECK(parse_control_message(ByteSpan(wire).first(size)) == Parsed(Malformed::wrong_length));
    }
  }
}

TEST_CASE("a control message cut at any point is refused even if its length says so") {
  for (const auto& sample : control_samples()) {
    Bytes wire = encode(sample);
    for (size_t size = 2; size < wire.size(); size++) {
      INFO(name(type_of(sample)) << ", first " << size << " bytes");
      Bytes cut(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(size));
      set16(cut, kLengthAt, size);
      CHECK(parse_control_message(cut) == Parsed(Malformed::wrong_length));
    }
  }
}

TEST_CASE("a byte left over after a control message is refused, announced or not") {
  for (const auto& sample : control_samples()) {
    INFO(name(type_of(sample)));
    Bytes wire = encode(sample) + hex("00");
    CHECK(parse_control_message(wire) == Parsed(Malformed::wrong_length));
    set16(wire, kLengthAt, wire.size());
    CHECK(parse_control_message(wire) == Parsed(Malformed::wrong_length));
  }
}

TEST_CASE("a control message with the length of another type is refused") {
  for (const auto& sample : control_samples()) {
    for (uint16_t other = 1; other <= 15; other++) {
      Bytes wire = encode(sample);
      if (wire_size(other) == wire.size()) continue;
      INFO(name(type_of(sample)) << " as long as type " << other);
      wire.resize(wire_size(other));
      set16(wire, kLengthAt, wire.size());
      CHECK(parse_control_message(wire) == Parsed(Malformed::wrong_length));
    }
  }
}

TEST_CASE("every length but its own is refused in a header") {
  for (const auto& sample : control_samples()) {
    INFO(name(type_of(sample)));
    Bytes head = encode(sample);
    size_t size = head.size();
    head.resize(kControlHeaderSize);
    size_t accepted = 0;
    for (size_t length = 0; length <= UINT16_MAX; length++) {
      set16(head, kLengthAt, length);
      auto checked = check_header(head);
      accepted += checked == std::variant<size_t, Malformed>(size);
      if (length != size && checked != std::variant<size_t, Malformed>(Malformed::wrong_length))
        FAIL("length " << length << " is not refused");
    }
    CHECK(accepted == 1);
  }
}

TEST_CASE("a magic cookie with any one bit wrong is refused") {
  for (const auto& sample : control_samples()) {
    for (size_t bit = 0; bit < 32; bit++) {
      INFO(name(type_of(sample)) << ", bit " << bit);
      Bytes wire = encode(sample);
      wire[kCookieAt + bit / 8] ^= static_cast<uint8_t>(0x80 >> bit % 8);
      CHECK(parse_control_message(wire) == Parsed(Malformed::wrong_cookie));
    }
  }
}

TEST_CASE("a PPTP message type other than control is refused: management is not defined") {
  Bytes wire = encode(EchoRequest{});
  for (size_t type : {0u, 2u, 3u, 0x0100u, 0xFFFFu}) {
    INFO("message type " << type);
    set16(wire, kMessageTypeAt, type);
    CHECK(parse_control_message(wire) == Parsed(Malformed::wrong_message_type));
  }
}

TEST_CASE("an unknown control message type is refused, whatever its length") {
  for (const auto& sample : control_samples()) {
    for (size_t type : {0u, 16u, 17u, 0x0100u, 0x0101u, 65535u}) {
      INFO("type " << type << " of " << wire_size(static_cast<uint16_t>(type_of(sample))));
      Bytes wire = encode(sample);
      set16(wire, kTypeAt, type);
      CHECK(parse_control_message(wire) == Parsed(Malformed::unknown_type));
    }
  }
}

TEST_CASE("a header is refused as soon as the field that is wrong has arrived") {
  const Bytes good = encode(EchoRequest{});
  struct Row {
    size_t at, size;
    Malformed reason;
  };
  for (auto row : {Row{kLengthAt, 2, Malformed::wrong_length},
                   Row{kMessageTypeAt, 2, Malformed::wrong_message_type},
                   Row{kCookieAt, 4, Malformed::wrong_cookie}}) {
    INFO(describe(row.reason));
    Bytes bad = good;
    for (size_t i = 0; i < row.size; i++) bad[row.at + i] = 0xFF;
    for (size_t size = 0; size < row.at + row.size; size++)
      CHECK(check_header(ByteSpan(bad).first(size)) == std::variant<size_t, Malformed>(size_t{0}));
    CHECK(check_header(ByteSpan(bad).first(row.at + row.size)) ==
          std::variant<size_t, Malformed>(row.reason));
  }
}

TEST_CASE("a header of an unknown type may have any length of a control message") {
  Bytes head = encode(EchoRequest{});
  head.resize(kControlHeaderSize);
  for (size_t type : {0u, 16u, 65535u}) {
    set16(head, kTypeAt, type);
    for (size_t length = 0; length <= UINT16_MAX; length++) {
      set16(head, kLengthAt, length);
      bool good = length >= kControlHeaderSize && length <= kMaxControlMessageSize;
      auto expected = good ? std::variant<size_t, Malformed>(length) : Malformed::wrong_length;
      if (check_header(head) != expected) FAIL("type " << type << ", length " << length);
    }
  }
}

TEST_CASE("each refusal has words of its own") {
  std::vector<std::string_view> all;
  for (auto m : {Malformed::wrong_length, Malformed::wrong_message_type, Malformed::wrong_cookie,
                 Malformed::unknown_type, Malformed::bad_body}) {
    CHECK_FALSE(describe(m).empty());
    CHECK(std::find(all.begin(), all.end(), describe(m)) == all.end());
    all.push_back(describe(m));
  }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// RC4 in lockstep against RC4 of one text, which rc4.cc compares with nettle's. This also runs on
// an emulated 64-bit ARM (tests/arm64).
#include "ppp/rc4_lanes.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/ppp/random.hh"

using namespace callgate;
using namespace callgate::ppp;

namespace {

constexpr size_t kMostText = 2000;
constexpr size_t kAlignments = 16;

// A text at an address of any alignment, between bytes that must not change.
struct Text {
  Text(Random& random, size_t bytes, size_t alignment)
      : key(random.bytes(16)), at(kAlignments + alignment), size(bytes) {
    memory = random.bytes(at + size + kAlignments);
    expected = memory;
    Rc4(key).apply(ByteSpan(memory).subspan(at, size), &expected[at]);
  }

  void start(Rc4Lanes& lanes) {
    lanes.vacant().set_key(key);
    lanes.start(ByteSpan(memory).subspan(at, size), memory.data() + at);
  }

  Bytes key;
  size_t at, size;
  Bytes memory, expected;
};

void require_done(std::vector<Text>& texts) {
  Rc4Lanes lanes;
  for (Text& text : texts) text.start(lanes);
  lanes.finish();
  for (Text& text : texts) REQUIRE(text.memory == text.expected);
}

}  // namespace

TEST_CASE("a keystream of RFC 6229 comes from every lane") {
  Bytes key{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  Bytes keystream{0x9A, 0xC7, 0xCC, 0x9A, 0x60, 0x9D, 0x1E, 0xF7,
                  0xB2, 0x93, 0x28, 0x99, 0xCD, 0xE4, 0x1B, 0x97};
  Rc4Lanes lanes;
  std::vector<Bytes> texts(Rc4Lanes::kLanes, Bytes(16));
  for (Bytes& text : texts) {
    lanes.vacant().set_key(key);
    lanes.start(text, text.data());
  }
  lanes.finish();
  for (Bytes& text : texts) CHECK(text == keystream);
}

TEST_CASE("texts of every size and alignment are the same in lockstep as alone") {
  Random random;
  for (size_t size = 0; size <= kMostText; size++) {
    std::vector<Text> texts;
    for (size_t alignment = 0; alignment < kAlignments; alignment++)
      texts.emplace_back(random, size, alignment);
    require_done(texts);
  }
}

TEST_CASE(
    "any number of texts of different sizes share the lanes, and a lane that ends takes one") {
  Random random;
  for (int round = 0; round < 1000; round++) {
    std::vector<Text> texts;
    for (size_t n = random.below(3 * Rc4Lanes::kLanes); n > 0; n--)
      texts.emplace_back(random, random.below(random.below(2) ? kMostText : 20),
                         random.below(kAlignments));
    require_done(texts);
  }
}

TEST_CASE("a text can be written to memory that begins before its own") {
  Random random;
  Bytes key = random.bytes(16), memory = random.bytes(1000), expected(memory.size() - 2);
  Rc4(key).apply(ByteSpan(memory).subspan(2), expected.data());
  Rc4Lanes lanes;
  lanes.vacant().set_key(key);
  lanes.start(ByteSpan(memory).subspan(2), memory.data());
  lanes.finish();
  memory.resize(expected.size());
  CHECK(memory == expected);
}

TEST_CASE("two keys that are set in lockstep are the same as one after the other") {
  Random random;
  for (size_t size : {1, 5, 8, 16, 256})
    for (int round = 0; round < 100; round++) {
      std::array<Bytes, 2> keys{random.bytes(size), random.bytes(size)};
      std::array<Rc4, 2> ciphers;
      Rc4::set_keys(ciphers[0], keys[0], ciphers[1], keys[1]);
      for (size_t n = 0; n < 2; n++) {
        Bytes got(100), expected(100);
        ciphers[n].apply(got, got.data());
        Rc4(keys[n]).apply(expected, expected.data());
        REQUIRE(got == expected);
      }
    }
}

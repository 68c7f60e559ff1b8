// SPDX-License-Identifier: GPL-2.0-or-later
// Random frames, maps and noise, from fixed seeds: whatever the decoder does, a plain reading of
// RFC 1662 does too.
#include <random>

#include "tests/unit/catch.hh"
#include "tests/unit/common/wire/hdlc_frames.hh"
#include "tests/unit/common/wire/hdlc_reference.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

using Random = std::mt19937;

uint32_t below(Random& random, uint32_t bound) {
  return static_cast<uint32_t>(random() % bound);
}

// Flags, escapes and control characters come up far more often than chance would have it.
uint8_t random_byte(Random& random) {
  constexpr uint8_t kAwkward[] = {0x7E, 0x7D, 0x5E, 0x5D, 0x00, 0x1F, 0x20, 0xFF};
  if (below(random, 3) == 0) return kAwkward[below(random, std::size(kAwkward))];
  return static_cast<uint8_t>(random());
}

Bytes random_bytes(Random& random, size_t size) {
  Bytes bytes(size);
  for (auto& byte : bytes) byte = random_byte(random);
  return bytes;
}

// Decodes in chunks of random sizes.
std::vector<Bytes> decoded_in_chunks(Random& random, ByteSpan stream) {
  HdlcDecoder decoder;
  std::vector<Bytes> frames;
  while (!stream.empty()) {
    size_t size = std::min<size_t>(stream.size(), 1 + below(random, 64));
    for (auto& frame : decoded(decoder, stream.first(size))) frames.push_back(frame);
    stream = stream.subspan(size);
  }
  return frames;
}

}  // namespace

TEST_CASE("random frames under random maps round-trip, in random chunks") {
  for (uint32_t seed = 1; seed <= 50; seed++) {
    INFO("seed " << seed);
    Random random(seed);
    std::vector<Bytes> frames;
    Bytes stream;
    for (int i = 0; i < 20; i++) {
      frames.push_back(random_bytes(random, 2 + below(random, i == 0 ? kMaxFrameSize - 1 : 300)));
      encode_hdlc(frames.back(), static_cast<uint32_t>(random()), stream);
    }
    CHECK(decoded_in_chunks(random, stream) == frames);
  }
}

TEST_CASE("random noise between good frames gives what the reference gives") {
  for (uint32_t seed = 1; seed <= 50; seed++) {
    INFO("seed " << seed);
    Random random(seed);
    Bytes stream;
    for (int i = 0; i < 50; i++) {
      if (below(random, 2) == 0)
        stream = stream + random_bytes(random, below(random, i == 0 ? 6000 : 60));
      else
        encode_hdlc(random_bytes(random, below(random, 100)), 0, stream);
    }
    auto expected = reference_decode(stream);
    CHECK_FALSE(expected.empty());
    CHECK(decoded_in_chunks(random, stream) == expected);
  }
}

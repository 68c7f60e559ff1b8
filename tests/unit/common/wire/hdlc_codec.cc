// SPDX-License-Identifier: GPL-2.0-or-later
// The variants of the HDLC codec that this processor runs, each against RFC 1662 read word by word
// (tests/unit/common/wire/hdlc_reference.hh): sizes, alignments, splits and maps at which vector
// code goes wrong.
#include "common/wire/hdlc_codec.hh"

#include <random>

#include "tests/unit/catch.hh"
#include "tests/unit/common/wire/hdlc_frames.hh"
#include "tests/unit/common/wire/hdlc_reference.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

constexpr size_t kSizes = 301;      // 0 to 300 bytes: every number of vectors, and of bytes left
constexpr size_t kAlignments = 33;  // one more than a vector has
constexpr uint8_t kCanary = 0xA5;

using Random = std::mt19937;

enum class Content : uint8_t { even, awkward, plain, all_escaped };
constexpr Content kContents[] = {Content::even, Content::awkward, Content::plain,
                                 Content::all_escaped};

uint8_t random_byte(Random& random, Content content) {
  constexpr uint8_t kAwkward[] = {0x7E, 0x7D, 0x5E, 0x5D, 0x00, 0x1F, 0x20, 0x7F, 0x80, 0xFE, 0xFD};
  auto byte = static_cast<uint8_t>(random());
  switch (content) {
    case Content::even: return byte;
    case Content::awkward: return kAwkward[byte % std::size(kAwkward)];
    case Content::plain: return byte | 0x80;
    case Content::all_escaped: return byte & 1 ? kHdlcFlag : kHdlcEscape;
  }
  return byte;
}

Bytes random_bytes(Random& random, size_t size, Content content) {
  Bytes bytes(size);
  for (auto& byte : bytes) byte = random_byte(random, content);
  return bytes;
}

std::vector<uint32_t> maps() {
  std::vector<uint32_t> maps{0, kDefaultAccm, 0x000A0000};
  for (unsigned bit = 0; bit < 32; bit++) maps.push_back(1u << bit);
  Random random(7);
  for (int i = 0; i < 8; i++) maps.push_back(static_cast<uint32_t>(random()));
  return maps;
}

// Escaped as section 4.2 and section 7.1 say.
Bytes reference_escape(const Bytes& data, uint32_t accm) {
  Bytes out;
  for (uint8_t byte : data) {
    bool escape = byte == 0x7D || byte == 0x7E || (byte < 0x20 && (accm >> byte & 1));
    if (escape) out.push_back(0x7D);
    out.push_back(escape ? byte ^ 0x20 : byte);
  }
  return out;
}

Bytes escaped_by(const HdlcCodec& codec, ByteSpan data, uint32_t accm, size_t alignment) {
  size_t room = 2 * data.size() + kCodecSlack;
  Bytes out(alignment + room + 64, kCanary);
  uint8_t* begin = out.data() + alignment;
  uint8_t* end = codec.escape(data, EscapeSet(accm), begin);
  for (size_t i = 0; i < alignment; i++) REQUIRE(out[i] == kCanary);
  for (size_t i = alignment + room; i < out.size(); i++) REQUIRE(out[i] == kCanary);
  return {begin, end};
}

struct Decoded {
  std::vector<Bytes> frames;
  uint64_t bad_fcs, too_short, oversized, aborted;
  bool operator==(const Decoded&) const = default;
};

Decoded decoded_in_two(const HdlcCodec& codec, ByteSpan stream, size_t split) {
  HdlcDecoder decoder(codec);
  auto frames = decoded(decoder, stream.first(split));
  for (auto& frame : decoded(decoder, stream.subspan(split))) frames.push_back(frame);
  const HdlcErrors& errors = decoder.errors();
  return {frames, errors.bad_fcs, errors.too_short, errors.oversized, errors.aborted};
}

// Good frames under any map, and between them everything that is no frame.
Bytes random_stream(Random& random, size_t size) {
  Bytes stream;
  while (stream.size() < size) {
    auto content = kContents[random() % std::size(kContents)];
    Bytes bytes = random_bytes(random, random() % 80, content);
    if (random() % 4 == 0)
      stream = stream + bytes;
    else
      encode_hdlc(bytes, static_cast<uint32_t>(random()), stream, hdlc_codecs()[0]);
    if (random() % 8 == 0) stream.push_back(kHdlcEscape);
  }
  return stream;
}

}  // namespace

TEST_CASE("the plain codec comes first, and the fastest one is in use") {
  CHECK(hdlc_codecs()[0].name == "plain");
  CHECK(&hdlc_codec() == &hdlc_codecs().back());
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) CHECK(hdlc_codec().name == "avx2");
#elif defined(__aarch64__)
  CHECK(hdlc_codecs()[1].name == "neon");
#endif
}

TEST_CASE("every codec's FCS is the reference's, for every size and alignment") {
  Random random(1);
  const Bytes data = random_bytes(random, kSizes + kAlignments, Content::even);
  for (size_t size = 0; size < kSizes; size++)
    for (size_t start = 0; start < kAlignments; start++) {
      ByteSpan part = ByteSpan(data).subspan(start, size);
      uint16_t expected = reference_fcs(part);
      for (const auto& codec : hdlc_codecs())
        if (codec.fcs(kFcsInitial, part) != expected)
          FAIL(codec.name << ": " << size << " bytes from " << start);
    }
}

TEST_CASE("every codec's FCS goes on from any other") {
  Random random(2);
  for (int i = 0; i < 100; i++) {
    Bytes data = random_bytes(random, random() % 5000, Content::even);
    size_t cut = random() % (data.size() + 1);
    uint16_t expected = reference_fcs(data);
    for (const auto& codec : hdlc_codecs()) {
      auto first = codec.fcs(kFcsInitial, ByteSpan(data).first(cut));
      if (codec.fcs(first, ByteSpan(data).subspan(cut)) != expected)
        FAIL(codec.name << ": " << data.size() << " bytes cut at " << cut);
    }
  }
}

TEST_CASE("every codec escapes what the reference escapes, for every size and map") {
  Random random(3);
  for (uint32_t accm : maps())
    for (size_t size = 0; size < kSizes; size++) {
      Bytes data = random_bytes(random, size, kContents[size % std::size(kContents)]);
      Bytes expected = reference_escape(data, accm);
      for (const auto& codec : hdlc_codecs())
        if (escaped_by(codec, data, accm, 0) != expected)
          FAIL(codec.name << ": " << size << " bytes, map " << accm << "\n" << dump(data));
    }
}

TEST_CASE("every codec escapes from and to every alignment, and writes no further than its slack") {
  Random random(4);
  for (Content content : kContents) {
    const Bytes data = random_bytes(random, 2 * kAlignments + 50, content);
    for (size_t start = 0; start < kAlignments; start++) {
      Bytes part(data.begin() + static_cast<std::ptrdiff_t>(start), data.end());
      Bytes expected = reference_escape(part, kDefaultAccm);
      for (const auto& codec : hdlc_codecs())
        for (size_t to = 0; to < kAlignments; to++)
          if (escaped_by(codec, ByteSpan(data).subspan(start), kDefaultAccm, to) != expected)
            FAIL(codec.name << ": from " << start << " to " << to);
    }
  }
}

TEST_CASE("every byte at every place of a vector is escaped and unescaped by every codec") {
  for (const auto& codec : hdlc_codecs())
    for (size_t place = 0; place < 40; place++)
      for (unsigned byte = 0; byte < 256; byte++) {
        Bytes frame = repeated(0x55, 40);
        frame[place] = static_cast<uint8_t>(byte);
        for (uint32_t accm : {0u, kDefaultAccm}) {
          Bytes wire;
          encode_hdlc(frame, accm, wire, codec);
          HdlcDecoder decoder(codec);
          if (reference_decode(wire) != std::vector<Bytes>{frame} ||
              decoded(decoder, wire) != std::vector<Bytes>{frame})
            FAIL(codec.name << ": " << byte << " at " << place);
        }
      }
}

TEST_CASE("every codec finds the same frames and errors, wherever the stream is split") {
  for (uint32_t seed = 1; seed <= 20; seed++) {
    Random random(seed);
    const Bytes stream = random_stream(random, 500);
    const Decoded expected = decoded_in_two(hdlc_codecs()[0], stream, 0);
    CHECK(expected.frames == reference_decode(stream));
    for (const auto& codec : hdlc_codecs())
      for (size_t split = 0; split <= stream.size(); split++)
        if (decoded_in_two(codec, stream, split) != expected)
          FAIL(codec.name << ": seed " << seed << ", split at " << split);
  }
}

TEST_CASE(
    "every codec takes frames up to the longest and counts longer ones once, escaped or not") {
  for (size_t size = kMaxFrameSize - 40; size <= kMaxFrameSize + 40; size++)
    for (uint8_t content : hex("55 7D")) {
      Bytes wire;
      encode_hdlc(repeated(content, size), 0, wire);
      encode_hdlc(hex("C0 21 01"), 0, wire);
      for (const auto& codec : hdlc_codecs()) {
        auto result = decoded_in_two(codec, wire, size / 2);
        bool fits = size <= kMaxFrameSize;
        if (result.frames.size() != (fits ? 2u : 1u) || result.oversized != (fits ? 0u : 1u) ||
            result.frames.back() != hex("C0 21 01"))
          FAIL(codec.name << ": " << size << " bytes of " << int{content});
      }
    }
}

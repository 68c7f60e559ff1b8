// SPDX-License-Identifier: GPL-2.0-or-later
// Good frames are found in the byte stream, wherever it was cut.
#include "tests/unit/catch.hh"
#include "tests/unit/common/wire/hdlc_frames.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

const Bytes kFirst = hex("FF 03 C0 21 01 01 00 04");
const Bytes kSecond = hex("21 7E 7D 00");
const std::vector<Bytes> kBoth{kFirst, kSecond};

}  // namespace

TEST_CASE("every byte value comes through, escaped or bare") {
  Bytes all;
  for (unsigned i = 0; i < 256; i++) all.push_back(static_cast<uint8_t>(i));
  for (uint32_t accm : {0u, 0x000A0000u, kDefaultAccm})
    CHECK(decoded(encoded(all, accm)) == std::vector<Bytes>{all});
}

TEST_CASE("a sender may escape any byte") {
  Bytes frame = kFirst + Bytes(2);
  auto fcs = static_cast<uint16_t>(~fcs16(kFcsInitial, kFirst));
  frame[8] = static_cast<uint8_t>(fcs);
  frame[9] = static_cast<uint8_t>(fcs >> 8);
  Bytes wire = hex("7E");
  for (uint8_t byte : frame) wire = wire + Bytes{kHdlcEscape, static_cast<uint8_t>(byte ^ 0x20)};
  CHECK(decoded(wire + hex("7E")) == std::vector<Bytes>{kFirst});
}

TEST_CASE("a stream cut in two at any point gives the same frames") {
  Bytes stream = encoded(kFirst) + encoded(kSecond);
  for (size_t cut = 0; cut <= stream.size(); cut++) {
    INFO("cut after " << cut << " bytes");
    HdlcDecoder decoder;
    auto frames = decoded(decoder, ByteSpan(stream).first(cut));
    for (auto& frame : decoded(decoder, ByteSpan(stream).subspan(cut))) frames.push_back(frame);
    CHECK(frames == kBoth);
    CHECK(dropped(decoder) == 0);
  }
}

TEST_CASE("a stream that arrives byte by byte gives each frame with its closing flag") {
  HdlcDecoder decoder;
  Bytes wire = encoded(kFirst);
  for (size_t i = 0; i + 1 < wire.size(); i++)
    CHECK(decoded(decoder, ByteSpan(wire).subspan(i, 1)).empty());
  CHECK(decoded(decoder, ByteSpan(wire).last(1)) == std::vector<Bytes>{kFirst});
}

// RFC 1662 section 4.4.2: a flag may serve as both a frame end and a frame begin. pppd does so.
TEST_CASE("frames that share one flag are both found") {
  Bytes first = encoded(kFirst), second = encoded(kSecond);
  first.pop_back();
  CHECK(decoded(first + second) == kBoth);
}

TEST_CASE("flags back to back are no frames and no errors") {
  HdlcDecoder decoder;
  Bytes flags = repeated(kHdlcFlag, 10);
  CHECK(decoded(decoder, flags + encoded(kFirst) + flags + encoded(kSecond) + flags) == kBoth);
  CHECK(dropped(decoder) == 0);
}

TEST_CASE("a first frame without an opening flag is taken: its FCS vouches for it") {
  Bytes wire = encoded(kFirst);
  CHECK(decoded(ByteSpan(wire).subspan(1)) == std::vector<Bytes>{kFirst});
}

TEST_CASE("a frame with compressed address, control and protocol is taken") {
  CHECK(decoded(encoded(hex("21 45"))) == std::vector<Bytes>{hex("21 45")});
}

TEST_CASE("the longest frame is taken") {
  for (uint8_t byte : hex("7E 55")) {
    Bytes frame = repeated(byte, kMaxFrameSize);
    CHECK(decoded(encoded(frame)) == std::vector<Bytes>{frame});
  }
}

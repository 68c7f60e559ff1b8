// SPDX-License-Identifier: GPL-2.0-or-later
// What is no frame is dropped, counted under its own name, and does not spoil the frame after it
// (RFC 1662 section 4.3).
#include "tests/unit/catch.hh"
#include "tests/unit/common/wire/hdlc_frames.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

const Bytes kGood = hex("FF 03 C0 21 01 01 00 04");

// Decodes `bad` and a good frame after it; only the good one may come out.
HdlcErrors errors_of(const Bytes& bad) {
  HdlcDecoder decoder;
  CHECK(decoded(decoder, bad + encoded(kGood)) == std::vector<Bytes>{kGood});
  CHECK(dropped(decoder) == 1);
  return decoder.errors();
}

Bytes without_flags(const Bytes& wire) {
  return {wire.begin() + 1, wire.end() - 1};
}

}  // namespace

TEST_CASE("a frame with any one bit wrong is dropped and counted") {
  const Bytes wire = encoded(kGood, 0);
  for (size_t bit = 8; bit < 8 * (wire.size() - 1); bit++) {
    INFO("bit " << bit);
    Bytes bad = wire;
    bad[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    if (bad[bit / 8] == kHdlcFlag || bad[bit / 8] == kHdlcEscape) continue;  // cuts, or unescapes
    CHECK(errors_of(bad).bad_fcs == 1);
  }
}

TEST_CASE("a frame whose FCS is in the wrong byte order is dropped") {
  Bytes bad = encoded(kGood);
  std::swap(bad[bad.size() - 2], bad[bad.size() - 3]);
  CHECK(errors_of(bad).bad_fcs == 1);
}

TEST_CASE("an escape followed by a flag aborts the frame, and is no FCS error") {
  CHECK(errors_of(hex("7E") + without_flags(encoded(kGood)) + hex("7D 7E")).aborted == 1);
  CHECK(errors_of(hex("7E FF 03 7D 7E")).aborted == 1);
  CHECK(errors_of(hex("7E 7D 7E")).aborted == 1);
}

TEST_CASE("the abort sequence is seen across chunks") {
  HdlcDecoder decoder;
  CHECK(decoded(decoder, hex("7E FF 03 7D")).empty());
  CHECK(decoded(decoder, hex("7E")).empty());
  CHECK(decoder.errors().aborted == 1);
  CHECK(decoded(decoder, encoded(kGood)) == std::vector<Bytes>{kGood});
}

TEST_CASE("fewer than four octets between flags are too short, and no FCS error") {
  CHECK(errors_of(hex("7E FF 7E")).too_short == 1);
  CHECK(errors_of(hex("7E FF 03 7E")).too_short == 1);
  CHECK(errors_of(hex("7E FF 03 C0 7E")).too_short == 1);
  CHECK(errors_of(encoded(hex("21"))).too_short == 1);  // one byte and a good FCS
}

TEST_CASE("an escaped octet counts once towards the shortest frame") {
  CHECK(errors_of(hex("7E 7D 23 7D 23 7D 23 7E")).too_short == 1);
  CHECK(errors_of(hex("7E 7D 23 7D 23 7D 23 7D 23 7E")).bad_fcs == 1);
}

TEST_CASE("a frame one byte longer than the longest is dropped and counted once") {
  CHECK(errors_of(encoded(repeated(0x55, kMaxFrameSize + 1))).oversized == 1);
}

TEST_CASE("an endless frame is dropped once, with its end") {
  HdlcDecoder decoder;
  for (int i = 0; i < 100; i++) CHECK(decoded(decoder, repeated(0x55, 1000)).empty());
  CHECK(decoder.errors().oversized == 1);
  CHECK(decoded(decoder, hex("7D 7E") + encoded(kGood)) == std::vector<Bytes>{kGood});
  CHECK(dropped(decoder) == 1);
}

TEST_CASE("noise before the first flag costs no frame") {
  CHECK(errors_of(hex("00 11 22 33 44 55")).bad_fcs == 1);
}

TEST_CASE("errors add up") {
  HdlcDecoder decoder;
  for (int i = 0; i < 3; i++) decoded(decoder, hex("7E FF 03 C0 21 7E 01 7E 7D 7E"));
  CHECK(decoder.errors().bad_fcs == 3);
  CHECK(decoder.errors().too_short == 3);
  CHECK(decoder.errors().aborted == 3);
}

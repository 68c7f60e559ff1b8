// SPDX-License-Identifier: GPL-2.0-or-later
// Frames as pppd reads them: flags, FCS, escapes by the control character map (RFC 1662 section 4).
#include "tests/unit/catch.hh"
#include "tests/unit/common/wire/hdlc_frames.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

// The frame that holds every byte value once.
Bytes all_bytes() {
  Bytes all;
  for (unsigned i = 0; i < 256; i++) all.push_back(static_cast<uint8_t>(i));
  return all;
}

size_t count(const Bytes& bytes, uint8_t wanted) {
  return static_cast<size_t>(std::count(bytes.begin(), bytes.end(), wanted));
}

}  // namespace

// LCP Configure-Request without options, as pppd sends and expects it on the wire.
TEST_CASE("a frame is sent with flags, escapes and FCS") {
  Bytes frame = hex("FF 03 C0 21 01 01 00 04");
  Bytes wire = hex("7E")                         // flag
               + hex("FF 7D 23")                 // address, control 03 escaped
               + hex("C0 21")                    // protocol: LCP
               + hex("7D 21 7D 21 7D 20 7D 24")  // code 1, id 1, length 4, all escaped
               + hex("D1 B5")                    // FCS, least significant byte first
               + hex("7E");                      // flag
  CHECK(dump(encoded(frame)) == dump(wire));
}

TEST_CASE("flag and escape are escaped under any map, as section 4.2's examples show") {
  for (uint32_t accm : {0u, 1u, 0x000A0000u, kDefaultAccm}) {
    CHECK(dump(ByteSpan(encoded(hex("7E 7D"), accm)).subspan(1, 4)) == "7D 5E 7D 5D");
  }
  CHECK(dump(ByteSpan(encoded(hex("03 11 13"), kDefaultAccm)).subspan(1, 6)) ==
        "7D 23 7D 31 7D 33");
}

TEST_CASE("each bit of the map escapes its own control character and no other") {
  for (unsigned bit = 0; bit < 32; bit++) {
    INFO("bit " << bit);
    Bytes wire = encoded(all_bytes(), 1u << bit);
    // The FCS of this frame needs no escape: only 7D, 7E and the one character are escaped.
    CHECK(count(wire, kHdlcEscape) == 3);
    Bytes escape{kHdlcEscape, static_cast<uint8_t>(bit ^ 0x20)};
    CHECK(std::search(wire.begin(), wire.end(), escape.begin(), escape.end()) != wire.end());
    CHECK(count(wire, static_cast<uint8_t>(bit)) == 0);
  }
}

TEST_CASE("no control character is sent bare under the default map") {
  Bytes wire = encoded(all_bytes());
  CHECK(std::none_of(wire.begin(), wire.end(), [](uint8_t byte) { return byte < 0x20; }));
}

TEST_CASE("control characters are sent bare under a map of zero") {
  Bytes wire = encoded(all_bytes(), 0);
  CHECK(wire.size() == 1 + 256 + 2 + 2 + 1);  // flag, bytes, two escapes, FCS, flag
  for (uint8_t byte = 0; byte < 0x20; byte++) CHECK(count(wire, byte) >= 1);
}

TEST_CASE("an FCS that holds control characters, a flag or an escape is escaped as well") {
  bool control = false, flag = false, escape = false;
  for (unsigned i = 0; i <= UINT16_MAX; i++) {
    Bytes frame{static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)};
    auto fcs = static_cast<uint16_t>(~fcs16(kFcsInitial, frame));
    Bytes wire = encoded(frame);
    if (count(wire, kHdlcFlag) != 2) FAIL("a bare flag inside the frame " << i);
    control |= (fcs & 0xFF) < 0x20;
    flag |= (fcs & 0xFF) == kHdlcFlag || fcs >> 8 == kHdlcFlag;
    escape |= (fcs & 0xFF) == kHdlcEscape || fcs >> 8 == kHdlcEscape;
    if (decoded(wire) != std::vector<Bytes>{frame}) FAIL("no round trip for " << i);
  }
  CHECK((control && flag && escape));  // the loop has met what it is about
}

TEST_CASE("frames are appended to what is in the buffer") {
  Bytes out = hex("AA");
  encode_hdlc(hex("C0 21"), 0, out);
  encode_hdlc(hex("C0 23"), 0, out);
  CHECK(out[0] == 0xAA);
  CHECK(decoded(ByteSpan(out).subspan(1)) == std::vector<Bytes>{hex("C0 21"), hex("C0 23")});
}

TEST_CASE("no frame becomes longer than max_hdlc_size") {
  for (size_t size : {0u, 1u, 2u, 1500u, 4096u}) {
    CHECK(encoded(repeated(0x7E, size)).size() <= max_hdlc_size(size));
    CHECK(encoded(repeated(0x55, size)).size() <= max_hdlc_size(size));
  }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// The 16-bit frame check sequence of RFC 1662 appendix C.2.
#include "common/wire/hdlc.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/common/wire/hdlc_reference.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

uint16_t fcs_of(const Bytes& data) {
  return static_cast<uint16_t>(~fcs16(kFcsInitial, data));
}

}  // namespace

// "123456789" is the vector by which CRC catalogues tell this one (CRC-16/X-25) from its kin.
TEST_CASE("the FCS of 123456789 is 906E") {
  CHECK(fcs_of(padded("123456789", 9)) == 0x906E);
}

TEST_CASE("one byte from an FCS of zero gives RFC 1662's table") {
  struct Row {
    uint8_t byte;
    uint16_t fcs;
  };
  for (auto row : {Row{0x00, 0x0000}, Row{0x01, 0x1189}, Row{0x02, 0x2312}, Row{0x07, 0x74BF},
                   Row{0x08, 0x8C48}, Row{0x10, 0x1081}, Row{0x5A, 0xFDDF}, Row{0x7F, 0x8B70},
                   Row{0x80, 0x8408}, Row{0xC0, 0xC60C}, Row{0xFF, 0x0F78}}) {
    INFO(int{row.byte});
    CHECK(fcs16(0, Bytes{row.byte}) == row.fcs);
  }
}

TEST_CASE("the FCS over a frame with its FCS is F0B8") {
  for (const Bytes& frame : {hex("FF 03 C0 21"), hex("00"), hex("7E 7D 00 FF"), Bytes(1500)}) {
    uint16_t fcs = fcs_of(frame);
    Bytes whole = frame + Bytes{static_cast<uint8_t>(fcs), static_cast<uint8_t>(fcs >> 8)};
    CHECK(fcs16(kFcsInitial, whole) == kFcsGood);
  }
}

TEST_CASE("the FCS of nothing is its initial value") {
  CHECK(fcs16(kFcsInitial, {}) == kFcsInitial);
}

TEST_CASE("the FCS can be computed in pieces") {
  Bytes data = padded("the quick brown fox", 19);
  for (size_t cut = 0; cut <= data.size(); cut++) {
    auto first = fcs16(kFcsInitial, ByteSpan(data).first(cut));
    CHECK(fcs16(first, ByteSpan(data).subspan(cut)) == fcs16(kFcsInitial, data));
  }
}

TEST_CASE("the FCS agrees with a bit by bit one for every two bytes") {
  for (unsigned i = 0; i <= UINT16_MAX; i++) {
    Bytes data{static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)};
    if (fcs16(kFcsInitial, data) != reference_fcs(data)) FAIL("differs for " << i);
  }
}

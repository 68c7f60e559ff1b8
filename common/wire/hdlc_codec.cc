// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/wire/hdlc_codec.hh"

#include <cstring>

#include "common/wire/hdlc.hh"

namespace callgate {
namespace {

constexpr uint16_t kPolynomial = 0x8408;  // x^16 + x^12 + x^5 + 1, bits reversed
constexpr size_t kSlices = 8;             // bytes at once

using FcsTable = std::array<uint16_t, 256>;

// kTables[0] is RFC 1662's table. kTables[n] tells what a byte does to the FCS if n bytes follow
// it.
consteval std::array<FcsTable, kSlices> make_fcs_tables() {
  std::array<FcsTable, kSlices> tables{};
  for (uint16_t i = 0; i < 256; i++) {
    uint16_t fcs = i;
    for (int bit = 0; bit < 8; bit++)
      fcs = static_cast<uint16_t>(fcs & 1 ? fcs >> 1 ^ kPolynomial : fcs >> 1);
    tables[0][i] = fcs;
  }
  for (size_t n = 1; n < kSlices; n++)
    for (size_t i = 0; i < 256; i++) {
      uint16_t before = tables[n - 1][i];
      tables[n][i] = static_cast<uint16_t>(before >> 8 ^ tables[0][before & 0xFF]);
    }
  return tables;
}
constexpr auto kTables = make_fcs_tables();

uint16_t eight_bytes(uint16_t fcs, const uint8_t* in) {
  auto first = static_cast<uint8_t>(in[0] ^ fcs);
  auto second = static_cast<uint8_t>(in[1] ^ fcs >> 8);
  int sum = kTables[7][first] ^ kTables[6][second];
  for (size_t i = 2; i < kSlices; i++) sum ^= kTables[kSlices - 1 - i][in[i]];
  return static_cast<uint16_t>(sum);
}

std::vector<HdlcCodec> find_codecs() {
  std::vector<HdlcCodec> codecs{{"plain", plain_fcs, plain_escape, plain_unescape}};
  for (const HdlcCodec& codec : vector_codecs()) codecs.push_back(codec);
  return codecs;
}

}  // namespace

EscapeSet::EscapeSet(uint32_t accm) {
  for (size_t i = 0; i < 4; i++) rows[i] = static_cast<uint8_t>(accm >> 8 * i);
  for (uint8_t byte : {kHdlcFlag, kHdlcEscape})
    rows[byte / 8] = static_cast<uint8_t>(rows[byte / 8] | 1 << byte % 8);
}

uint16_t plain_fcs(uint16_t fcs, ByteSpan data) {
  for (; data.size() >= kSlices; data = data.subspan(kSlices)) fcs = eight_bytes(fcs, data.data());
  for (uint8_t byte : data) fcs = static_cast<uint16_t>(fcs >> 8 ^ kTables[0][(fcs ^ byte) & 0xFF]);
  return fcs;
}

uint8_t* plain_escape(ByteSpan data, const EscapeSet& set, uint8_t* out) {
  for (uint8_t byte : data) {
    bool escape = set.contains(byte);
    if (escape) *out++ = kHdlcEscape;
    *out++ = escape ? byte ^ kHdlcFlip : byte;
  }
  return out;
}

Unescaped plain_unescape(ByteSpan data, bool escaped, uint8_t* out) {
  size_t taken = 0, written = 0;
  for (; taken < data.size() && data[taken] != kHdlcFlag; taken++) {
    uint8_t byte = data[taken];
    if (byte != kHdlcEscape) out[written++] = escaped ? byte ^ kHdlcFlip : byte;
    escaped = byte == kHdlcEscape;
  }
  return {taken, written, escaped};
}

std::span<const HdlcCodec> hdlc_codecs() {
  static const std::vector<HdlcCodec> codecs = find_codecs();
  return codecs;
}

const HdlcCodec& hdlc_codec() {
  return hdlc_codecs().back();
}

}  // namespace callgate

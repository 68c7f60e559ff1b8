// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/hdlc.hh"

#include <array>

namespace callgate {
namespace {

constexpr size_t kFcsSize = 2;
constexpr size_t kMinFrameSize = 2;  // protocol compressed to one byte, and one of data

consteval std::array<uint16_t, 256> make_fcs_table() {
  constexpr uint16_t kPolynomial = 0x8408;  // x^16 + x^12 + x^5 + 1, bits reversed
  std::array<uint16_t, 256> table{};
  for (uint16_t i = 0; i < 256; i++) {
    uint16_t fcs = i;
    for (int bit = 0; bit < 8; bit++)
      fcs = static_cast<uint16_t>(fcs & 1 ? fcs >> 1 ^ kPolynomial : fcs >> 1);
    table[i] = fcs;
  }
  return table;
}
constexpr auto kFcsTable = make_fcs_table();

bool needs_escape(uint8_t byte, uint32_t accm) {
  if (byte < 0x20) return accm >> byte & 1;
  return byte == kHdlcFlag || byte == kHdlcEscape;
}

void put_escaped(uint8_t byte, uint32_t accm, Bytes& out) {
  if (needs_escape(byte, accm)) {
    out.push_back(kHdlcEscape);
    byte ^= kHdlcFlip;
  }
  out.push_back(byte);
}

}  // namespace

uint16_t fcs16(uint16_t fcs, ByteSpan data) {
  for (uint8_t byte : data) fcs = static_cast<uint16_t>(fcs >> 8 ^ kFcsTable[(fcs ^ byte) & 0xFF]);
  return fcs;
}

void encode_hdlc(ByteSpan frame, uint32_t accm, Bytes& out) {
  auto fcs = static_cast<uint16_t>(~fcs16(kFcsInitial, frame));
  out.push_back(kHdlcFlag);
  for (uint8_t byte : frame) put_escaped(byte, accm, out);
  put_escaped(static_cast<uint8_t>(fcs), accm, out);  // least significant byte first
  put_escaped(static_cast<uint8_t>(fcs >> 8), accm, out);
  out.push_back(kHdlcFlag);
}

void HdlcDecoder::take(uint8_t byte) {
  if (skipping_) return;
  if (byte == kHdlcEscape) {
    escaped_ = true;
    return;
  }
  if (frame_.size() == kMaxFrameSize + kFcsSize) {
    errors_.oversized++;
    skipping_ = true;
    return;
  }
  frame_.push_back(escaped_ ? byte ^ kHdlcFlip : byte);
  escaped_ = false;
}

// Whether the bytes up to this flag are a frame to be handed on.
bool HdlcDecoder::end_frame() {
  if (skipping_) return false;
  if (escaped_) {
    errors_.aborted++;
    return false;
  }
  if (frame_.empty()) return false;  // flags back to back
  if (frame_.size() < kMinFrameSize + kFcsSize) {
    errors_.too_short++;
    return false;
  }
  if (fcs16(kFcsInitial, frame_) != kFcsGood) {
    errors_.bad_fcs++;
    return false;
  }
  return true;
}

void HdlcDecoder::start_frame() {
  frame_.clear();
  escaped_ = skipping_ = false;
}

}  // namespace callgate

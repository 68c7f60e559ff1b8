// SPDX-License-Identifier: GPL-2.0-or-later
// RFC 1662 read word by word, one bit and one byte at a time: what the real codec is compared with,
// in unit tests and in the fuzzer.
#pragma once

#include "common/wire/hdlc.hh"

namespace callgate::test {

// Appendix C: the polynomial x^16 + x^12 + x^5 + 1, least significant bit first.
inline uint16_t reference_fcs(ByteSpan data) {
  unsigned fcs = 0xFFFF;
  for (uint8_t byte : data)
    for (int bit = 0; bit < 8; bit++) {
      bool carry = ((fcs ^ byte >> bit) & 1) != 0;
      fcs = fcs >> 1 ^ (carry ? 0x8408u : 0u);
    }
  return static_cast<uint16_t>(fcs);
}

// What stands between two flags, or nothing if it is no frame (sections 4.2 and 4.3).
inline bool reference_unescape(ByteSpan between, Bytes& frame) {
  frame.clear();
  bool escape = false;
  for (uint8_t byte : between) {
    if (!escape && byte != 0x7D) frame.push_back(byte);
    if (escape && byte != 0x7D) frame.push_back(byte ^ 0x20);
    escape = byte == 0x7D;
  }
  if (escape || frame.size() < 4 || frame.size() > kMaxFrameSize + 2) return false;
  if (reference_fcs(frame) != 0xF0B8) return false;
  frame.resize(frame.size() - 2);
  return true;
}

inline std::vector<Bytes> reference_decode(ByteSpan stream) {
  std::vector<Bytes> frames;
  Bytes frame;
  for (size_t start = 0, at = 0; at < stream.size(); at++) {
    if (stream[at] != 0x7E) continue;
    if (reference_unescape(stream.subspan(start, at - start), frame)) frames.push_back(frame);
    start = at + 1;
  }
  return frames;
}

}  // namespace callgate::test

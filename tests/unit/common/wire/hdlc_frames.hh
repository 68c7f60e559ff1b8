// SPDX-License-Identifier: GPL-2.0-or-later
// Short forms for the tests of common/wire/hdlc.hh.
#pragma once

#include "common/wire/hdlc.hh"

namespace callgate::test {

inline Bytes encoded(ByteSpan frame, uint32_t accm = kDefaultAccm) {
  Bytes out;
  encode_hdlc(frame, accm, out);
  return out;
}

inline std::vector<Bytes> decoded(HdlcDecoder& decoder, ByteSpan stream) {
  std::vector<Bytes> frames;
  decoder.decode(stream, [&](ByteSpan frame) { frames.emplace_back(frame.begin(), frame.end()); });
  return frames;
}

inline std::vector<Bytes> decoded(ByteSpan stream) {
  HdlcDecoder decoder;
  return decoded(decoder, stream);
}

inline uint64_t dropped(const HdlcDecoder& decoder) {
  const HdlcErrors& e = decoder.errors();
  return e.bad_fcs + e.too_short + e.oversized + e.aborted;
}

}  // namespace callgate::test

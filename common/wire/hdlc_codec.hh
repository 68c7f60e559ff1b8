// SPDX-License-Identifier: GPL-2.0-or-later
// The inner loops of common/wire/hdlc.cc. There is one variant for any processor, and there are
// faster ones. All give the same bytes, and tests/unit/common/wire/hdlc_codec.cc compares them.
#pragma once

#include "common/wire/bytes.hh"

namespace callgate {

// Vector code stores whole vectors, so it may write this many bytes after the end of its result.
constexpr size_t kCodecSlack = 32;

// Which bytes are escaped, as a bit for each byte below 0x80. Others are never escaped.
struct EscapeSet {
  explicit EscapeSet(uint32_t accm);
  bool contains(uint8_t byte) const { return byte < 0x80 && rows[byte / 8] >> byte % 8 & 1; }

  alignas(16) std::array<uint8_t, 16> rows{};  // of 8 bytes each
};

struct Unescaped {
  size_t taken;    // bytes of the input, up to a flag or to its end
  size_t written;  // bytes of the output
  bool escaped;    // the last byte was an escape, so the next byte has to be flipped
};

struct HdlcCodec {
  std::string_view name;

  uint16_t (*fcs)(uint16_t fcs, ByteSpan data);

  // Writes 2 * data.size() bytes at most, and the slack. Returns the end of the result.
  uint8_t* (*escape)(ByteSpan data, const EscapeSet& set, uint8_t* out);

  // Stops before the first flag, and writes data.size() bytes at most, and the slack.
  Unescaped (*unescape)(ByteSpan data, bool escaped, uint8_t* out);
};

// The variants that this processor can run. The first is the plain one, and the last is the
// fastest.
std::span<const HdlcCodec> hdlc_codecs();

// The fastest.
const HdlcCodec& hdlc_codec();

// Plain code: the first variant. The other variants use it for the ends of their input.
uint16_t plain_fcs(uint16_t fcs, ByteSpan data);
uint8_t* plain_escape(ByteSpan data, const EscapeSet& set, uint8_t* out);
Unescaped plain_unescape(ByteSpan data, bool escaped, uint8_t* out);

// The vector variants that this processor can run, with the fastest one last.
std::vector<HdlcCodec> vector_codecs();

}  // namespace callgate

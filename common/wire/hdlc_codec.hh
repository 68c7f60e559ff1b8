// SPDX-License-Identifier: GPL-2.0-or-later
// The inner loops of common/wire/hdlc.cc, in several variants: one that any processor runs, and
// faster ones. All give the same bytes; tests compare them (tests/unit/common/wire/hdlc_codec.cc).
#pragma once

#include "common/wire/bytes.hh"

namespace callgate {

// Vector code stores whole vectors: it may write so many bytes behind what it says it has written.
constexpr size_t kCodecSlack = 32;

// Which bytes are escaped. Only bytes below 0x80 ever are: a bit for each of them.
struct EscapeSet {
  explicit EscapeSet(uint32_t accm);
  bool contains(uint8_t byte) const { return byte < 0x80 && rows[byte / 8] >> byte % 8 & 1; }

  alignas(16) std::array<uint8_t, 16> rows{};  // of 8 bytes each
};

struct Unescaped {
  size_t taken;    // of the input: up to a flag, or all of it
  size_t written;  // to the output
  bool escaped;    // an escape was last: the next byte is to be flipped
};

struct HdlcCodec {
  std::string_view name;

  uint16_t (*fcs)(uint16_t fcs, ByteSpan data);

  // Writes 2 * data.size() bytes at most, and the slack; returns the end of what it has written.
  uint8_t* (*escape)(ByteSpan data, const EscapeSet& set, uint8_t* out);

  // Stops before the first flag. Writes data.size() bytes at most, and the slack.
  Unescaped (*unescape)(ByteSpan data, bool escaped, uint8_t* out);
};

// Those that this processor runs; the first is the plain one, the last the fastest.
std::span<const HdlcCodec> hdlc_codecs();

// The fastest.
const HdlcCodec& hdlc_codec();

// Plain code: the whole of the first variant, and the ends of the others' work.
uint16_t plain_fcs(uint16_t fcs, ByteSpan data);
uint8_t* plain_escape(ByteSpan data, const EscapeSet& set, uint8_t* out);
Unescaped plain_unescape(ByteSpan data, bool escaped, uint8_t* out);

// Those that are made for this kind of processor and that this one runs, the fastest last.
std::vector<HdlcCodec> vector_codecs();

}  // namespace callgate

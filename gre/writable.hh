// SPDX-License-Identifier: GPL-2.0-or-later
// Parsers look at bytes that they may not change. Whoever owns the bytes may change what a parser
// has found in them.
#pragma once

#include "common/wire/bytes.hh"

namespace callgate {

// Returns `part`, which lies within `whole`.
inline std::span<uint8_t> writable(ByteSpan part, std::span<uint8_t> whole) {
  if (part.empty()) return {};
  return whole.subspan(static_cast<size_t>(part.data() - whole.data()), part.size());
}

}  // namespace callgate

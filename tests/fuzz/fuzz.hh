// SPDX-License-Identifier: GPL-2.0-or-later
// What every fuzz target starts from: the entry point, and a check that no build leaves out.
#pragma once

#include <cstdlib>

#include "common/wire/bytes.hh"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace callgate::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

// The first byte of the input says where it is cut into chunks: where the parser is to be fed by
// the piece, the fuzzer chooses the pieces.
template <typename Feed>
void in_chunks(ByteSpan input, Feed feed) {
  if (input.empty()) return;
  size_t size = 1u + input[0];
  for (input = input.subspan(1); !input.empty();) {
    size = std::min(size, input.size());
    feed(input.first(size));
    input = input.subspan(size);
  }
}

}  // namespace callgate::fuzz

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <random>

#include "common/wire/bytes.hh"

namespace callgate {

// The same numbers in each run.
struct Random {
  std::mt19937 engine{4711};
  size_t below(size_t limit) { return engine() % limit; }
  Bytes bytes(size_t count) {
    Bytes out(count);
    for (uint8_t& byte : out) byte = static_cast<uint8_t>(engine());
    return out;
  }
};

}  // namespace callgate

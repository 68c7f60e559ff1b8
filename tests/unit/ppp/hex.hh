// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

#include "common/wire/bytes.hh"

namespace callgate {

// Bytes from hexadecimal digits; blanks are skipped.
inline Bytes from_hex(std::string_view hex) {
  Bytes out;
  int digits = 0;
  for (char c : hex) {
    if (c == ' ') continue;
    int value = c <= '9' ? c - '0' : (c & ~0x20) - 'A' + 10;
    if (digits++ % 2 == 0)
      out.push_back(static_cast<uint8_t>(value << 4));
    else
      out.back() = static_cast<uint8_t>(out.back() | value);
  }
  return out;
}

}  // namespace callgate

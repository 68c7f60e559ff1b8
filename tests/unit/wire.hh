// SPDX-License-Identifier: GPL-2.0-or-later
// Wire bytes as a test writes and reads them: hex by the field, joined.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "common/wire/bytes.hh"

namespace callgate::test {

// "00 9C 00 01": one test's line per field, with the field's name beside it.
inline Bytes hex(std::string_view digits) {
  Bytes out;
  int high = -1;
  for (char c : digits) {
    if (c == ' ') continue;
    auto nibble = std::string_view("0123456789ABCDEF").find(c);
    if (nibble == std::string_view::npos) throw std::invalid_argument("not a hex digit");
    int value = static_cast<int>(nibble);
    if (high >= 0) out.push_back(static_cast<uint8_t>(high << 4 | value));
    high = high >= 0 ? -1 : value;
  }
  if (high >= 0) throw std::invalid_argument("half a byte");
  return out;
}

// For comparison: Catch2 shows both sides of a failed check, and these are readable.
inline std::string dump(ByteSpan bytes) {
  std::string out;
  for (uint8_t byte : bytes) out += fmt::format("{}{:02X}", out.empty() ? "" : " ", byte);
  return out;
}

inline Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

// A text as RFC 2637 puts it in a field of `width` octets: the rest is zero.
inline Bytes padded(std::string_view text, size_t width) {
  Bytes out(text.begin(), text.end());
  out.resize(width);
  return out;
}

inline Bytes repeated(uint8_t byte, size_t count) {
  return Bytes(count, byte);
}

}  // namespace callgate::test

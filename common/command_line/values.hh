// SPDX-License-Identifier: GPL-2.0-or-later
// The values that options and operands take: numbers, times and log levels. Each function returns
// nullopt unless the whole text is such a value within the range. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/system/log.hh"

namespace callgate {

// Digits alone: no sign and no blank.
std::optional<uint64_t> whole_number(std::string_view text, uint64_t least, uint64_t most,
                                     int base = 10);

// Seconds, with or without a fraction, from `least` to `most`. Returns milliseconds, rounded.
std::optional<uint32_t> milliseconds(std::string_view text, double least, double most);

// --loglevel of pptp-linux: 0 shows warnings, 1 notices too, 2 everything.
std::optional<log::Level> loglevel(std::string_view text);

// Stores a value into a field of its own width. Returns false if there is none.
template <typename Field, typename Value>
bool store(Field& field, const std::optional<Value>& value) {
  if (value) field = static_cast<Field>(*value);
  return value.has_value();
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/wire/bytes.hh"

#include <fmt/format.h>

namespace callgate {

std::string printable(std::string_view text) {
  std::string out;
  for (char c : text) {
    auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20 || byte > 0x7e || c == '\\')
      out += fmt::format("\\x{:02x}", byte);
    else
      out += c;
  }
  return out;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/wire/bytes.hh"

#include <fmt/format.h>

namespace callgate {

std::string escaped(std::string_view text, bool (*harmless)(uint8_t byte)) {
  std::string out;
  for (char c : text)
    if (auto byte = static_cast<uint8_t>(c); harmless(byte))
      out += c;
    else
      out += fmt::format("\\x{:02x}", byte);
  return out;
}

std::string printable(std::string_view text) {
  return escaped(text, [](uint8_t byte) { return byte >= 0x20 && byte <= 0x7e && byte != '\\'; });
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/report/shown.hh"

#include <fmt/format.h>

#include <iterator>

namespace callgate::diagnose {

std::string shown(std::string_view text) {
  std::string safe;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte == '\t')
      safe += ' ';
    else if (byte < 0x20 || byte >= 0x7f)
      fmt::format_to(std::back_inserter(safe), "\\x{:02x}", byte);
    else
      safe += c;
  }
  return safe;
}

}  // namespace callgate::diagnose

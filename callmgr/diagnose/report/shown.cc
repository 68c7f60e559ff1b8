// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/report/shown.hh"

#include <algorithm>

#include "common/wire/bytes.hh"

namespace callgate::diagnose {

std::string shown(std::string_view text) {
  std::string line(text);
  std::replace(line.begin(), line.end(), '\t', ' ');
  return escaped(line, [](uint8_t byte) { return byte >= 0x20 && byte < 0x7f; });
}

}  // namespace callgate::diagnose

// SPDX-License-Identifier: GPL-2.0-or-later
// A line for the log has no control, also none of 8 bits, and making it safe again changes nothing.
#include "common/wire/one_line.hh"

#include <algorithm>

#include "tests/fuzz/fuzz.hh"

using namespace callgate;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto line = on_one_line({reinterpret_cast<const char*>(data), size});
  fuzz::require(std::none_of(line.begin(), line.end(), [](char c) {
    auto byte = static_cast<uint8_t>(c);
    return byte < 0x20 || byte == 0x7F;
  }));
  for (auto c1 = line.find('\xC2'); c1 != line.npos; c1 = line.find('\xC2', c1 + 1))
    fuzz::require(static_cast<uint8_t>(line.at(c1 + 1)) >= 0xA0);
  fuzz::require(on_one_line(line) == line);
  return 0;
}

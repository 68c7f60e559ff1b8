// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "tests/unit/catch.hh"

// Matches a text that contains another. Catch2 2 and 3 have different names for it.
inline auto contains(const std::string& text) {
#if __has_include(<catch2/catch_all.hpp>)
  return Catch::Matchers::ContainsSubstring(text);
#else
  return Catch::Contains(text);
#endif
}

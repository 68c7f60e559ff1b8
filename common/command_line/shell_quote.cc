// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/command_line/shell_quote.hh"

namespace callgate {

std::string shell_quote(const std::string& word) {
  static constexpr const char* kHarmless =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  if (!word.empty() && word.find_first_not_of(kHarmless) == word.npos) return word;
  std::string quoted = "'";
  for (char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace callgate

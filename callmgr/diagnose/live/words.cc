// SPDX-License-Identifier: GPL-2.0-or-later
// Texts that several steps make.
#include <fmt/format.h>

#include "callmgr/diagnose/live/probes.hh"

namespace callgate::diagnose::live {

std::string shell_word(const std::string& word) {
  static constexpr const char* kHarmless =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  if (!word.empty() && word.find_first_not_of(kHarmless) == word.npos) return word;
  std::string quoted = "'";
  for (char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string in_seconds(Duration duration) {
  return fmt::format("{:.3g} s", static_cast<double>(duration.count()) / 1000);
}

}  // namespace callgate::diagnose::live

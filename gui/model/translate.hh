// SPDX-License-Identifier: GPL-2.0-or-later
// Texts of the window in the user's language. xgettext finds them by `_(`.
#pragma once

#include <fmt/format.h>
#include <libintl.h>

#include <algorithm>
#include <string>

namespace callgate::gui {

constexpr auto kTextDomain = "callgate-gui";

[[gnu::format_arg(1)]] inline const char* _(const char* text) {
  return dgettext(kTextDomain, text);
}

// The text without the _ that marks its mnemonic.
inline std::string without_mnemonic(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  return text;
}

// Fills in the placeholders {} of a translated text. A translation whose placeholders are wrong is
// shown as it is, because the window must not end for it.
template <typename... Values>
std::string fill(const char* text, const Values&... values) {
  try {
    return fmt::vformat(text, fmt::make_format_args(values...));
  } catch (const fmt::format_error&) {
    return text;
  }
}

}  // namespace callgate::gui

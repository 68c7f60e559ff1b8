// SPDX-License-Identifier: GPL-2.0-or-later
// Text of any origin as one line that is safe to show.
#pragma once

#include <string>
#include <string_view>

namespace callgate {

// Replaces by \xNN each byte that is not part of valid UTF-8, and each byte of a character that can
// drive a terminal or mislead a reader: line feeds, escape sequences (also the 8-bit ones, U+0080
// to U+009F), invisible characters, and those that change the direction of writing. Everything else
// stays, so a text that was made safe before does not change.
std::string on_one_line(std::string_view text);

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// The quotes and backslashes of a shell, of pppd's packets and of a secrets file.
#pragma once

#include <string>
#include <string_view>

namespace callgate::diagnose {

// The word at the start of the text, as a shell reads it: quoted and bare pieces without a blank
// between them.
std::string_view shell_word(std::string_view text);

// The quote inside which the text ends, or 0.
char open_quote(std::string_view text);

// The word without the pair of quotes around it, if there is one.
std::string_view without_quotes(std::string_view word);

// The text without any quoting.
std::string unquoted(std::string_view text);

}  // namespace callgate::diagnose

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/quoting.hh"

#include "common/command_line/values.hh"

namespace callgate::diagnose {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// The size of a quoted piece at the start of the text, with its quotes. Without the closing quote
// it is all of the text.
size_t quoted_size(std::string_view text) {
  char quote = text[0];
  for (size_t i = 1; i < text.size(); i++) {
    if (text[i] == '\\' && quote == '"')
      i++;
    else if (text[i] == quote)
      return i + 1;
  }
  return text.size();
}

// "\101" of pppd, or any other character after a backslash.
char take_escape(std::string_view text, size_t& at) {
  auto digits = text.substr(at, 3);
  auto octal = digits.size() == 3 ? whole_number(digits, 0, 0xff, 8) : std::nullopt;
  if (!octal) return text[at];
  at += 2;
  return static_cast<char>(*octal);
}

}  // namespace

std::string_view shell_word(std::string_view text) {
  size_t end = 0;
  while (end < text.size() && !is_blank(text[end])) {
    bool quoted = text[end] == '"' || text[end] == '\'';
    if (quoted)
      end += quoted_size(text.substr(end));
    else
      end += text[end] == '\\' ? 2 : 1;
    // What begins with a quote also ends with one, unless more of the word follows directly.
    if (quoted && (text[0] == '"' || text[0] == '\'') && end < text.size() &&
        std::string_view("]>,;)}:").find(text[end]) != text.npos)
      break;
  }
  return text.substr(0, end);
}

char open_quote(std::string_view text) {
  char quote = 0;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] == '\\' && quote != '\'')
      i++;
    else if (quote ? text[i] == quote : text[i] == '"' || text[i] == '\'')
      quote = quote ? 0 : text[i];
  }
  return quote;
}

std::string_view without_quotes(std::string_view word) {
  bool quoted = word.size() > 1 && (word[0] == '"' || word[0] == '\'') && word.back() == word[0] &&
                quoted_size(word) == word.size();
  return quoted ? word.substr(1, word.size() - 2) : word;
}

std::string unquoted(std::string_view text) {
  std::string plain;
  char quote = 0;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] == '\\' && quote != '\'' && i + 1 < text.size())
      plain += take_escape(text, ++i);
    else if (quote ? text[i] == quote : text[i] == '"' || text[i] == '\'')
      quote = quote ? 0 : text[i];
    else
      plain += text[i];
  }
  return plain;
}

}  // namespace callgate::diagnose

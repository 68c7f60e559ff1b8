// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/pppd/pppd_words.hh"

#include <cctype>
#include <utility>

namespace callgate {
namespace {

class Cutter {
 public:
  explicit Cutter(std::string_view text) : text_(text) {}

  std::vector<PppdWord> cut() {
    std::vector<PppdWord> words;
    while (skip_to_word()) {
      words.push_back({.line = line_, .starts_line = std::exchange(starts_line_, false)});
      take_word(words.back());
    }
    return words;
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return text_[at_]; }
  char next() {
    if (peek() == '\n') line_++;
    return text_[at_++];
  }
  static bool blank(char c) { return std::isspace(static_cast<unsigned char>(c)); }
  bool continues() const { return text_.substr(at_).starts_with("\\\n"); }

  bool skip_to_word() {
    while (!at_end()) {
      if (peek() == '#')
        while (!at_end() && peek() != '\n') next();
      else if (continues())
        next(), next();
      else if (blank(peek()))
        starts_line_ = next() == '\n' || starts_line_;
      else
        return true;
    }
    return false;
  }

  void take_word(PppdWord& word) {
    char quote = 0;
    for (; !at_end();) {
      char c = peek();
      if (c == '\\') {
        take_escape(word);
        continue;
      }
      if (!quote && (blank(c) || c == '#')) {
        word.cut_by_comment = c == '#';
        return;
      }
      next();
      if (quote ? c == quote : c == '"' || c == '\'')
        quote = quote ? 0 : c;
      else
        word.text += c;
    }
    word.quoted_to_end = quote;
  }

  void take_escape(PppdWord& word) {
    next();
    if (at_end()) return;
    static constexpr std::string_view kNames = "abfnrst", kValues = "\a\b\f\n\r \t";
    char c = peek();
    if (c == '\n') {
      next();
    } else if (auto known = kNames.find(c); known != kNames.npos) {
      next();
      word.text += kValues[known];
      word.lost_backslash = true;  // probably a domain before a user's name
    } else if (c >= '0' && c <= '7') {
      take_number(word, 8, 3);
    } else if (c == 'x') {
      next();
      take_number(word, 16, 2);
    } else {
      word.lost_backslash = word.lost_backslash || std::isalpha(static_cast<unsigned char>(c));
      word.text += next();
    }
  }

  void take_number(PppdWord& word, int base, int most) {
    int value = 0;
    for (int digits = 0; digits < most && !at_end(); digits++) {
      int digit = digit_of(peek());
      if (digit < 0 || digit >= base) break;
      value = value * base + digit;
      next();
    }
    word.text += static_cast<char>(value);
  }

  static int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    int lower = std::tolower(static_cast<unsigned char>(c));
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  std::string_view text_;
  size_t at_ = 0;
  unsigned line_ = 1;
  bool starts_line_ = true;
};

}  // namespace

std::vector<PppdWord> pppd_words(std::string_view text) {
  return Cutter(text).cut();
}

}  // namespace callgate

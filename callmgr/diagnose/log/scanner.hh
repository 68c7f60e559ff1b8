// SPDX-License-Identifier: GPL-2.0-or-later
// Takes a text apart from its start. Each take either succeeds and advances, or returns false and
// leaves the text as it was.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "common/command_line/values.hh"

namespace callgate::diagnose {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Returns where needle begins, or npos. Several times faster than std::string_view::find.
inline size_t find_in(std::string_view text, std::string_view needle) {
  auto* at = memmem(text.data(), text.size(), needle.data(), needle.size());
  return at ? static_cast<size_t>(static_cast<const char*>(at) - text.data()) : text.npos;
}
inline bool contains(std::string_view text, std::string_view needle) {
  return find_in(text, needle) != text.npos;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  size_t take_while(auto&& wanted) {
    size_t n = 0;
    while (n < rest_.size() && wanted(rest_[n])) n++;
    rest_.remove_prefix(n);
    return n;
  }
  size_t spaces() {
    return take_while([](char c) { return c == ' ' || c == '\t'; });
  }
  bool digits(size_t least, size_t most) {
    size_t n = 0;
    while (n < rest_.size() && n < most && is_digit(rest_[n])) n++;
    if (n < least) return false;
    rest_.remove_prefix(n);
    return true;
  }
  // The text up to the next blank, which is not taken.
  std::string_view word() {
    auto before = rest_;
    return before.substr(0, take_while([](char c) { return c != ' ' && c != '\t'; }));
  }

 private:
  std::string_view rest_;
};

// The decimal number after the first `key` and any blanks. Returns nullopt if there is none, or if
// it does not fit.
inline std::optional<int> number_after(std::string_view text, std::string_view key) {
  auto at = find_in(text, key);
  if (at == text.npos) return {};
  Scanner in(text.substr(at + key.size()));
  in.spaces();
  auto rest = in.rest();
  auto value = whole_number(rest.substr(0, in.take_while(is_digit)), 0, INT32_MAX);
  if (!value) return {};
  return static_cast<int>(*value);
}

}  // namespace callgate::diagnose

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/error_words.hh"

#include <fmt/format.h>
#include <re2/re2.h>

#include <stdexcept>

namespace callgate::diagnose {
namespace {

// An accented Latin letter has two bytes in UTF-8 (the first is 0xC3 to 0xC9) and one in Latin-1,
// or was lost.
bool begins_latin_letter(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte >= 0xC3 && byte <= 0xC9;
}

std::string pattern_of(std::string_view words) {
  std::string pattern;
  for (size_t i = 0; i < words.size(); i++) {
    if (begins_latin_letter(words[i]))
      pattern += ".{1,2}", i++;
    else
      pattern += re2::RE2::QuoteMeta({words.data() + i, 1});
  }
  return pattern;
}

}  // namespace

void ErrorWords::add(std::string_view error, std::string_view words) {
  auto& all = words_[std::string(error)];
  if (!all.empty()) all += '|';
  all += pattern_of(words);
}

std::string ErrorWords::expanded(std::string_view expression) const {
  std::string whole;
  while (true) {
    auto open = expression.find("{E");
    auto close = expression.find('}', open);
    if (open == expression.npos || close == expression.npos) return whole.append(expression);
    auto found = words_.find(expression.substr(open + 1, close - open - 1));
    if (found == words_.end())
      throw std::runtime_error(fmt::format("errno.toml has no words for '{}'",
                                           expression.substr(open, close - open + 1)));
    whole.append(expression.substr(0, open)).append("(" + found->second + ")");
    expression.remove_prefix(close + 1);
  }
}

}  // namespace callgate::diagnose

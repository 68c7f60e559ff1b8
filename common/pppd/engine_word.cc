// SPDX-License-Identifier: GPL-2.0-or-later
// The build compiles this file and the tables for doc/insert_tables too, which has no other library.
#include "common/pppd/engine_word.hh"

#include <charconv>
#include <map>

namespace callgate {
namespace {

// OpenWrt's pppd has "mppe required,stateless"; to another old pppd, mppe took no value.
bool is_mppe_list(std::string_view value) {
  for (auto word : {"required", "stateless", "no40", "no56", "no128"})
    if (value.substr(0, value.find(',')) == word) return true;
  return false;
}

std::map<std::string_view, const EngineWord*> by_name() {
  std::map<std::string_view, const EngineWord*> found;
  for (const auto& word : engine_words()) {
    std::string_view names = word.names;
    for (;;) {
      auto blank = names.find(' ');
      found[names.substr(0, blank)] = &word;
      if (blank == names.npos) break;
      names.remove_prefix(blank + 1);
    }
  }
  return found;
}

}  // namespace

const std::vector<EngineWord>& engine_words() {
  static const auto words = [] {
    std::vector<EngineWord> all;
    for (auto part : {link_words, network_words, tunnel_words, ignored_words, refused_words})
      for (auto& word : part()) all.push_back(std::move(word));
    return all;
  }();
  return words;
}

const EngineWord* find_engine_word(std::string_view name) {
  static const auto words = by_name();
  auto found = words.find(name);
  return found == words.end() ? nullptr : found->second;
}

bool takes_value(std::string_view name, std::string_view next) {
  if (name == "mppe") return is_mppe_list(next);
  auto* word = find_engine_word(name);
  return word && *word->value;
}

size_t pppd_number(std::string_view text, int64_t& number) {
  bool negative = text.starts_with('-');
  size_t sign = negative || text.starts_with('+');
  auto digits = text.substr(sign);
  int base = 10;
  size_t prefix = 0;
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    base = 16;
    prefix = 2;
  } else if (digits.starts_with('0')) {
    base = 8;
  }
  digits.remove_prefix(prefix);
  uint32_t value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc()) return 0;
  number = negative ? -int64_t{value} : int64_t{value};
  return sign + prefix + static_cast<size_t>(end - digits.data());
}

}  // namespace callgate

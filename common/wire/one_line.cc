// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/wire/one_line.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>

namespace callgate {
namespace {

struct Range {
  uint32_t first, last;
};

constexpr Range kHarmful[] = {
    {0x00, 0x1F},          // C0 controls
    {0x7F, 0x9F},          // DEL and the C1 controls: 0x9B begins a sequence as ESC [ does
    {0xAD, 0xAD},          // soft hyphen
    {0x34F, 0x34F},        // grapheme joiner
    {0x600, 0x605},        // signs that enclose what follows
    {0x61C, 0x61C},        // Arabic letter mark
    {0x115F, 0x1160},      // invisible letters
    {0x17B4, 0x17B5},      // invisible vowels
    {0x180B, 0x180F},      // Mongolian selectors
    {0x200B, 0x200F},      // zero width, and marks of direction
    {0x2028, 0x202E},      // line and paragraph separators, embeddings and overrides of direction
    {0x2060, 0x206F},      // invisible operators, isolates of direction
    {0x3164, 0x3164},      // an invisible letter
    {0xE000, 0xF8FF},      // private use: it looks as the font pleases
    {0xFDD0, 0xFDEF},      // no characters
    {0xFE00, 0xFE0F},      // variation selectors
    {0xFEFF, 0xFEFF},      // byte order mark
    {0xFFA0, 0xFFA0},      // an invisible letter
    {0xFFF0, 0xFFFF},      // annotations, and no characters
    {0x13430, 0x1345F},    // format controls of hieroglyphs
    {0x1BCA0, 0x1BCA3},    // of shorthand
    {0x1D173, 0x1D17A},    // of music
    {0xE0000, 0x10FFFF}};  // tags, and private use

struct Character {
  uint32_t code;
  size_t size;  // bytes
};

bool is_continuation(char c) {
  return (static_cast<uint8_t>(c) & 0xC0) == 0x80;
}

// Returns the character at the beginning. Returns nullopt if this is not UTF-8 in its shortest
// form.
std::optional<Character> first_character(std::string_view text) {
  auto lead = static_cast<uint8_t>(text[0]);
  if (lead < 0x80) return Character{lead, 1};
  size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return std::nullopt;
  auto rest = text.substr(1, size - 1);
  if (!std::all_of(rest.begin(), rest.end(), is_continuation)) return std::nullopt;
  uint32_t code = lead & (0x7FU >> size);
  for (char c : rest) code = code << 6 | (static_cast<uint8_t>(c) & 0x3FU);
  constexpr uint32_t kShortest[] = {0, 0, 0x80, 0x800, 0x10000};
  bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kShortest[size] || surrogate || code > 0x10FFFF) return std::nullopt;
  return Character{code, size};
}

bool is_harmless(uint32_t code) {
  return std::none_of(std::begin(kHarmful), std::end(kHarmful), [&](const Range& range) {
    return code >= range.first && code <= range.last;
  });
}

}  // namespace

std::string on_one_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    auto character = first_character(text);
    auto bytes = text.substr(0, character ? character->size : 1);
    if (character && is_harmless(character->code))
      line += bytes;
    else
      for (char c : bytes) line += fmt::format("\\x{:02x}", static_cast<uint8_t>(c));
    text.remove_prefix(bytes.size());
  }
  return line;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/rule_text.hh"

#include <utility>

namespace callgate::diagnose {
namespace {

constexpr std::string_view kNameLetters = "abcdefghijklmnopqrstuvwxyz-";

// The text before the next placeholder, and the name of that placeholder; empty = there is none.
struct Piece {
  std::string_view before, name;
};

// Cuts the next piece off `rest`.
Piece next_piece(std::string_view& rest) {
  for (auto open = rest.find('{'); open != rest.npos; open = rest.find('{', open + 1)) {
    auto end = rest.find_first_not_of(kNameLetters, open + 1);
    if (end == rest.npos || end == open + 1 || rest[end] != '}') continue;
    Piece piece{rest.substr(0, open), rest.substr(open + 1, end - open - 1)};
    rest.remove_prefix(end + 1);
    return piece;
  }
  return {std::exchange(rest, {}), {}};
}

}  // namespace

std::vector<std::string_view> placeholders(std::string_view text) {
  std::vector<std::string_view> names;
  while (!text.empty())
    if (auto piece = next_piece(text); !piece.name.empty()) names.push_back(piece.name);
  return names;
}

std::string fill(std::string_view text, const Values& found, const Values& defaults) {
  std::string filled;
  while (!text.empty()) {
    auto piece = next_piece(text);
    filled += piece.before;
    if (auto value = found.find(piece.name); value != found.end() && !value->second.empty())
      filled += value->second;
    else if (auto own = defaults.find(piece.name); own != defaults.end())
      filled += own->second;
  }
  return filled;
}

}  // namespace callgate::diagnose

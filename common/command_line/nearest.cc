// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/command_line/nearest.hh"

#include <fmt/format.h>

#include <algorithm>

namespace callgate {
namespace {

constexpr size_t kLongestWord = 64;  // a longer one is no slip of the finger

// One in three letters may be wrong, and of a short word one.
size_t forgiven(std::string_view word) {
  return std::max<size_t>(1, word.size() / 3);
}

size_t common_beginning(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

// The optimal string alignment distance, row by row.
size_t typing_errors(std::string_view typed, std::string_view meant) {
  std::vector<size_t> before(meant.size() + 1), last(meant.size() + 1), row(meant.size() + 1);
  for (size_t j = 0; j <= meant.size(); j++) last[j] = j;
  for (size_t i = 1; i <= typed.size(); i++) {
    row[0] = i;
    for (size_t j = 1; j <= meant.size(); j++) {
      size_t replaced = last[j - 1] + (typed[i - 1] != meant[j - 1]);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      bool swapped = i > 1 && j > 1 && typed[i - 1] == meant[j - 2] && typed[i - 2] == meant[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[meant.size()];
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
  if (word.empty() || word.size() > kLongestWord) return {};
  std::string_view best;
  size_t least = forgiven(word);
  for (auto candidate : known) {
    // Who has typed the beginning of a word has made no error.
    if (candidate.starts_with(word)) return candidate;
    auto errors = typing_errors(word, candidate);
    bool better = best.empty() || errors < least ||
                  common_beginning(word, candidate) > common_beginning(word, best);
    if (errors > least || !better) continue;
    least = errors;
    best = candidate;
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  auto meant = nearest(word, known);
  return meant.empty() ? "" : fmt::format(": did you mean '{}'?", meant);
}

}  // namespace callgate

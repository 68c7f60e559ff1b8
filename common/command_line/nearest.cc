// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/command_line/nearest.hh"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace callgate {
namespace {

constexpr size_t kLongestWord = 64;  // a longer one is not a slip of the finger

// Letters to leave out, put in or replace, and neighbours to swap (the optimal string alignment
// distance).
size_t typing_errors(std::string_view typed, std::string_view meant) {
  std::vector<size_t> before, last(meant.size() + 1), row(meant.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (size_t i = 1; i <= typed.size(); i++) {
    row[0] = i;
    for (size_t j = 1; j <= meant.size(); j++) {
      size_t replaced = last[j - 1] + (typed[i - 1] != meant[j - 1]);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      bool swapped = i > 1 && j > 1 && typed[i - 1] == meant[j - 2] && typed[i - 2] == meant[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::exchange(last, row);
  }
  return last.back();
}

size_t common_beginning(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  if (word.empty() || word.size() > kLongestWord) return "";
  std::string_view best;
  // One letter in three may be wrong. The beginning of a word has no error.
  size_t least = std::max<size_t>(1, word.size() / 3);
  for (auto candidate : known) {
    size_t errors = candidate.starts_with(word) ? 0 : typing_errors(word, candidate);
    bool nearer = best.empty() || errors < least ||
                  common_beginning(word, candidate) > common_beginning(word, best);
    if (errors > least || !nearer) continue;
    least = errors;
    best = candidate;
  }
  return best.empty() ? "" : fmt::format(": did you mean '{}'?", best);
}

}  // namespace callgate

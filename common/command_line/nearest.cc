// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/command_line/nearest.hh"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace callgate {
namespace {

constexpr size_t kLongestWord = 64;  // a longer one is not a slip of the finger

// Letters to leave out, put in or replace (the Levenshtein distance).
size_t typing_errors(std::string_view typed, std::string_view meant) {
  std::vector<size_t> row(meant.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 0; i < typed.size(); i++) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < meant.size(); j++) {
      size_t replaced = diagonal + (typed[i] != meant[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  if (word.empty() || word.size() > kLongestWord) return "";
  std::string_view best;
  // One letter in three may be wrong. The beginning of a word has no error.
  size_t least = std::max<size_t>(1, (word.size() + 1) / 3) + 1;
  for (auto candidate : known) {
    size_t errors = candidate.starts_with(word) ? 0 : typing_errors(word, candidate);
    if (errors >= least) continue;
    least = errors;
    best = candidate;
  }
  return best.empty() ? "" : fmt::format(": did you mean '{}'?", best);
}

}  // namespace callgate

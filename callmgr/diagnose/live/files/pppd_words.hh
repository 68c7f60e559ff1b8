// SPDX-License-Identifier: GPL-2.0-or-later
// How pppd cuts its files into words (pppd(8), "OPTIONS FILES"): blanks separate, two kinds of
// quotes hold together, a backslash escapes, and a # that is neither begins a comment, also inside
// a word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace callgate::diagnose::live {

struct PppdWord {
  std::string text;
  unsigned line = 0;
  bool cut_by_comment = false;  // # directly behind it: most likely it was meant to go on
  bool quoted_to_end = false;   // a quote that is never closed
  bool lost_backslash = false;  // \ before a letter that is no escape: the \ is gone
};

std::vector<PppdWord> pppd_words(std::string_view text);

}  // namespace callgate::diagnose::live

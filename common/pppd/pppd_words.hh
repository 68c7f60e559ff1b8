// SPDX-License-Identifier: GPL-2.0-or-later
// How pppd cuts its files into words (pppd(8), "OPTIONS FILES"): blanks separate, two kinds of
// quotes hold together, and a backslash escapes. A # that is neither quoted nor escaped begins a
// comment, even inside a word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace callgate {

struct PppdWord {
  std::string text;
  unsigned line = 0;
  bool starts_line = false;     // no word is before it on its line, as pppd counts lines
  bool cut_by_comment = false;  // followed by # without a blank: probably the # belongs to the word
  bool quoted_to_end = false;   // a quote that is never closed
  bool lost_backslash = false;  // pppd drops a backslash before a letter that is no escape
};

std::vector<PppdWord> pppd_words(std::string_view text);

}  // namespace callgate

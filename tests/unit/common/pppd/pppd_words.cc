// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/pppd/pppd_words.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

using Words = std::vector<std::string>;

std::vector<std::string> texts(std::string_view text) {
  std::vector<std::string> result;
  for (const auto& word : pppd_words(text)) result.push_back(word.text);
  return result;
}

}  // namespace

TEST_CASE("pppd's rules for words") {
  CHECK(texts("a b\n c") == Words{"a", "b", "c"});
  CHECK(texts("'a b' \"c 'd'\" e'f g'") == Words{"a b", "c 'd'", "ef g"});
  CHECK(texts("a # b\nc#d e\nf") == Words{"a", "c", "f"});
  CHECK(texts("'a#b' a\\#b") == Words{"a#b", "a#b"});
  CHECK(texts("a\\\nb c\\ d \\x41\\102") == Words{"ab", "c d", "AB"});
  CHECK(texts("corp\\\\alice corp\\alice \"corp\\\\\\\\alice\"") ==
        Words{"corp\\alice", "corp\alice", "corp\\\\alice"});
  CHECK(texts("").empty());
  CHECK(texts("\\").size() <= 1);
}

TEST_CASE("a word tells whether pppd takes it for the first of its line") {
  auto starts = [](std::string_view text) {
    std::vector<bool> result;
    for (const auto& word : pppd_words(text)) result.push_back(word.starts_line);
    return result;
  };
  CHECK(starts("a b # c\nd") == std::vector<bool>{true, false, true});
  CHECK(starts("a \\\n b") == std::vector<bool>{true, false});  // a continued line
  CHECK(starts("'a\n' b\nc") == std::vector<bool>{true, false, true});
}

TEST_CASE("a word tells what it has lost") {
  CHECK(pppd_words("c#d")[0].cut_by_comment);
  CHECK_FALSE(pppd_words("c #d")[0].cut_by_comment);
  CHECK(pppd_words("'abc")[0].quoted_to_end);
  CHECK(pppd_words("corp\\user")[0].lost_backslash);
  CHECK_FALSE(pppd_words("corp\\\\user")[0].lost_backslash);
  CHECK(pppd_words("\n\nx")[0].line == 3);
}

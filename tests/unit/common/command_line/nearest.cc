// SPDX-License-Identifier: GPL-2.0-or-later
// Which word was meant: slips of the finger are recognised, other words are not.
#include "common/command_line/nearest.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {
const std::vector<std::string_view> kWords{"status", "show",    "stats",
                                           "hangup", "capture", "--json"};
}

TEST_CASE("each kind of slip counts once") {
  CHECK(typing_errors("stats", "stats") == 0);
  CHECK(typing_errors("stas", "stats") == 1);    // left out
  CHECK(typing_errors("sttats", "stats") == 1);  // put in
  CHECK(typing_errors("stets", "stats") == 1);   // replaced
  CHECK(typing_errors("satts", "stats") == 1);   // swapped
  CHECK(typing_errors("", "stats") == 5);
  CHECK(typing_errors("stats", "") == 5);
}

TEST_CASE("a slip leads to the word that was meant") {
  CHECK(nearest("statsu", kWords) == "stats");  // "status" is as near, but for its beginning
  CHECK(nearest("hnagup", kWords) == "hangup");
  CHECK(nearest("captrue", kWords) == "capture");
  CHECK(nearest("-json", kWords) == "--json");
}

TEST_CASE("the beginning of a word leads to it") {
  CHECK(nearest("cap", kWords) == "capture");
  CHECK(nearest("h", kWords) == "hangup");
}

TEST_CASE("another word leads nowhere") {
  CHECK(nearest("frobnicate", kWords).empty());
  CHECK(nearest("xy", kWords).empty());
  CHECK(nearest("", kWords).empty());
  CHECK(nearest("status", {}).empty());
  CHECK(nearest(std::string(10'000, 's'), kWords).empty());
}

TEST_CASE("the question is asked in words, or not at all") {
  CHECK(did_you_mean("statsu", kWords) == ": did you mean 'stats'?");
  CHECK(did_you_mean("frobnicate", kWords).empty());
}

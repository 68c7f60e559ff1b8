// SPDX-License-Identifier: GPL-2.0-or-later
// Which word was meant: slips of the finger are recognised, other words are not.
#include "common/command_line/nearest.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

std::string meant(std::string_view word) {
  return did_you_mean(word, {"status", "show", "stats", "hangup", "capture", "--json"});
}

}  // namespace

TEST_CASE("a slip leads to the word that was meant") {
  CHECK(meant("stas") == ": did you mean 'stats'?");    // left out
  CHECK(meant("sttats") == ": did you mean 'stats'?");  // put in
  CHECK(meant("stets") == ": did you mean 'stats'?");   // replaced
  CHECK(meant("shwo") == ": did you mean 'show'?");     // swapped
  CHECK(meant("statsu") ==
        ": did you mean 'stats'?");  // "status" is as near, but for its beginning
  CHECK(meant("hnagup") == ": did you mean 'hangup'?");
  CHECK(meant("captrue") == ": did you mean 'capture'?");
  CHECK(meant("-json") == ": did you mean '--json'?");
}

TEST_CASE("the beginning of a word leads to it") {
  CHECK(meant("cap") == ": did you mean 'capture'?");
  CHECK(meant("h") == ": did you mean 'hangup'?");
}

TEST_CASE("another word leads nowhere") {
  for (std::string word : {"frobnicate", "xy", ""}) CHECK(meant(word).empty());
  CHECK(meant(std::string(10'000, 's')).empty());
  CHECK(did_you_mean("status", {}).empty());
}

// SPDX-License-Identifier: GPL-2.0-or-later
// A command line is read by a table of options.
#include "common/command_line/option.hh"

#include "common/command_line/values.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

struct Hole {
  bool deep = false, help = false;
  uint32_t seconds = 0;
};

std::vector<Option> table(Hole& hole) {
  return {{"deep", nullptr, "", "dig deeper", [&](auto&) { return hole.deep = true; }},
          {"seconds", "N", "a number from 1 to 60", "dig this long",
           [&](auto& v) { return store(hole.seconds, whole_number(v, 1, 60)); }},
          {"second-hand", "TOOL", "", "use an old tool"},
          {"help", nullptr, "", "print this text", [&](auto&) { return hole.help = true; },
           Option::Place::alone},
          {"debug", nullptr, "", "say more", {}, Option::Place::anywhere, {"d"}}};
}

struct Outcome {
  Hole hole;
  Words operands;
  std::string mistake;
  Cause cause{};
};

Outcome read(const Words& words, const Syntax& syntax = {}) {
  Outcome outcome;
  auto rows = table(outcome.hole);
  auto read = read_command_line(rows, words, syntax);
  if (auto* line = std::get_if<CommandLine>(&read)) outcome.operands = line->operands;
  if (auto* reason = std::get_if<Reason>(&read)) {
    outcome.mistake = reason->detail;
    outcome.cause = reason->cause;
  }
  return outcome;
}

}  // namespace

TEST_CASE("options stand before, between and after operands") {
  for (const Words& words :
       {Words{"--deep", "here", "-"}, Words{"here", "--deep", "-"}, Words{"here", "-", "--deep"}}) {
    auto outcome = read(words);
    CHECK(outcome.hole.deep);
    CHECK(outcome.operands == Words{"here", "-"});
  }
}

TEST_CASE("after -- every word is an operand") {
  auto outcome = read({"here", "--", "--deep", "-x", "--"});
  CHECK_FALSE(outcome.hole.deep);
  CHECK(outcome.operands == Words{"here", "--deep", "-x", "--"});
}

TEST_CASE("a value is part of the word or the next word, and the last one counts") {
  CHECK(read({"--seconds", "5"}).hole.seconds == 5);
  CHECK(read({"--seconds=5"}).hole.seconds == 5);
  CHECK(read({"--seconds=5", "--seconds", "6"}).hole.seconds == 6);
  CHECK(read({"--second-hand", "--deep"}).hole.deep == false);
}

TEST_CASE("an abbreviation is valid as long as it is unambiguous, if the program takes any") {
  CHECK(read({"--dee"}).hole.deep);
  CHECK(read({"--seconds=5", "--d"}).mistake.empty());
  CHECK(read({"--sec=5"}).mistake == "option --sec=5 is ambiguous: --seconds --second-hand");
  CHECK(read({"--de"}).mistake == "option --de is ambiguous: --deep --debug");
  CHECK(read({"--dee"}, {.abbreviations = false}).mistake ==
        "unknown option --dee: did you mean '--deep'?");
}

TEST_CASE("an option that stands alone ends the reading") {
  CHECK(read({"--help", "--frobnicate"}).hole.help);
  CHECK(read({"--help", "--frobnicate"}).mistake.empty());
  CHECK_FALSE(read({"--frobnicate", "--help"}).hole.help);
}

TEST_CASE("the first word that is wrong is named, and what would be right") {
  struct Row {
    Words words;
    Cause cause;
    std::string mistake;
  };
  for (const auto& row : std::initializer_list<Row>{
           {{"--seconds", "61"},
            Cause::bad_option,
            "--seconds takes a number from 1 to 60, not '61'"},
           {{"--seconds="}, Cause::bad_option, "--seconds takes a number from 1 to 60, not ''"},
           {{"--seconds"}, Cause::wrong_usage, "--seconds needs a value: N"},
           {{"--deep=yes"}, Cause::wrong_usage, "--deep takes no value"},
           {{"--depe", "--x"}, Cause::wrong_usage, "unknown option --depe: did you mean '--deep'?"},
           {{"--frobnicate"}, Cause::wrong_usage, "unknown option --frobnicate"}}) {
    auto outcome = read(row.words);
    CHECK(outcome.mistake == row.mistake);
    CHECK(outcome.cause == row.cause);
  }
  CHECK(read({"-x"}, {.single_dash = " (try --x)"}).mistake == "unknown option -x (try --x)");
}

TEST_CASE("the help text has one line for each option") {
  Hole hole;
  CHECK(option_lines(table(hole)) ==
        "  --deep              dig deeper\n"
        "  --seconds N         dig this long\n"
        "  --second-hand TOOL  use an old tool\n"
        "  --help              print this text\n"
        "  --debug             say more\n");
}

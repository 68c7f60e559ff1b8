// SPDX-License-Identifier: GPL-2.0-or-later
// What is typed behind a subcommand of pptpctl: options and operands in one way for all of them.
#include "callmgr/pptpctl/arguments.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

const Subcommand kDig{"dig",
                      "HOLE [--deep] [--seconds N]",
                      "",
                      nullptr,
                      {{"--deep", nullptr, ""}, {"--seconds", "N", ""}},
                      1};

Arguments parsed(const Words& words) {
  return Arguments::parse(kDig, words);
}

std::string refusal(const Words& words) {
  try {
    parsed(words).number("--seconds", 1, 60);
  } catch (const UsageError& error) {
    return error.what;
  }
  return "";
}

}  // namespace

TEST_CASE("options stand before, between and behind operands") {
  for (const Words& words : {Words{"--deep", "here"}, Words{"here", "--deep"}}) {
    auto arguments = parsed(words);
    CHECK(arguments.has("--deep"));
    CHECK_FALSE(arguments.has("--seconds"));
    CHECK(arguments.operands() == Words{"here"});
  }
}

TEST_CASE("a value comes with the option or as the next word, and the last one counts") {
  CHECK(parsed({"--seconds", "5"}).number("--seconds", 1, 60) == 5u);
  CHECK(parsed({"--seconds=5"}).number("--seconds", 1, 60) == 5u);
  CHECK(parsed({"--seconds=5", "--seconds", "6"}).number("--seconds", 1, 60) == 6u);
  CHECK(parsed({"--seconds", "--deep"}).value("--seconds") == "--deep");
  CHECK(parsed({}).number("--seconds", 1, 60) == std::nullopt);
}

TEST_CASE("after -- everything is an operand, and - alone always is") {
  CHECK(parsed({"--", "--deep"}).operands() == Words{"--deep"});
  CHECK(parsed({"-"}).operands() == Words{"-"});
}

TEST_CASE("what is wrong is said, with the nearest that exists") {
  struct Row {
    Words words;
    std::string said;
  };
  for (const auto& row : std::initializer_list<Row>{
           {{"--depe"}, "dig: there is no option '--depe': did you mean '--deep'?"},
           {{"--second=3"}, "dig: there is no option '--second': did you mean '--seconds'?"},
           {{"-x"}, "dig: there is no option '-x'"},
           {{"-\x1b[2J"}, "dig: there is no option '-\\x1b[2J'"},
           {{"--deep=yes"}, "dig: --deep takes no value"},
           {{"--seconds"}, "dig: --seconds needs a value: N"},
           {{"--seconds="}, "dig: --seconds needs a value: N"},
           {{"here", "there"}, "dig: takes HOLE [--deep] [--seconds N], not 'there'"},
           {{"--seconds", "0"}, "dig: --seconds takes a number from 1 to 60, not '0'"},
           {{"--seconds", "61"}, "dig: --seconds takes a number from 1 to 60, not '61'"},
           {{"--seconds", "5s"}, "dig: --seconds takes a number from 1 to 60, not '5s'"},
           {{"--seconds", "-1"}, "dig: --seconds takes a number from 1 to 60, not '-1'"}})
    CHECK(refusal(row.words) == row.said);
}

TEST_CASE("a call id is a number from 1 to 65535, and nothing else") {
  CHECK(call_id("1") == 1);
  CHECK(call_id("65535") == 65535);
  for (auto* text : {"", "0", "65536", "99999999999999999999", "-1", "+1", "1x", "0x1", " 1"})
    CHECK_FALSE(call_id(text));
}

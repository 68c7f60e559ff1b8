// SPDX-License-Identifier: GPL-2.0-or-later
// What is typed after a subcommand of pptpctl: options and operands in one way for all of them.
#include "callmgr/pptpctl/arguments.hh"

#include "callmgr/pptpctl/errors.hh"
#include "common/command_line/values.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

const Subcommand kDig{"dig",
                      "HOLE [--deep] [--seconds N]",
                      "",
                      nullptr,
                      {{"deep", nullptr, "", ""},
                       {"seconds", "N", "a number from 1 to 60", "",
                        [](auto& value) { return whole_number(value, 1, 60).has_value(); }}},
                      1};

Arguments parsed(const Words& words) {
  return Arguments::parse(kDig, words);
}

std::string refusal(const Words& words) {
  try {
    parsed(words);
  } catch (const UsageError& error) {
    return error.what;
  }
  return "";
}

}  // namespace

TEST_CASE("options stand before and after operands") {
  for (const Words& words : {Words{"--deep", "here"}, Words{"here", "--deep"}}) {
    auto arguments = parsed(words);
    CHECK(arguments.has("deep"));
    CHECK_FALSE(arguments.has("seconds"));
    CHECK(arguments.operands() == Words{"here"});
  }
}

TEST_CASE("a value comes with the option or as the next word, and the last one counts") {
  CHECK(parsed({"--seconds", "5"}).number("seconds") == 5u);
  CHECK(parsed({"--seconds=5"}).number("seconds") == 5u);
  CHECK(parsed({"--seconds=5", "--seconds", "6"}).number("seconds") == 6u);
  CHECK(parsed({"--seconds", "5"}).value("seconds") == "5");
  CHECK(parsed({}).number("seconds") == std::nullopt);
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
           {{"--depe"}, "dig: unknown option --depe: did you mean '--deep'?"},
           {{"--second=3"}, "dig: unknown option --second=3: did you mean '--seconds'?"},
           {{"-x"}, "dig: unknown option -x"},
           {{"-\x1b[2J"}, "dig: unknown option -\\x1b[2J"},
           {{"--deep=yes"}, "dig: --deep takes no value"},
           {{"--seconds"}, "dig: --seconds needs a value: N"},
           {{"--seconds="}, "dig: --seconds takes a number from 1 to 60, not ''"},
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

TEST_CASE("an interval is a number of seconds, with a fraction or none") {
  CHECK(interval("0.2") == Duration(200));
  CHECK(interval("3600") == Duration(3'600'000));
  for (auto* text : {"", "0.1", "3601", "-1", "1s", "nan", " 1"}) CHECK_FALSE(interval(text));
  CHECK(parsed({"5"}).interval_from("5") == Duration(5000));
  CHECK_THROWS_AS(parsed({"x"}).interval_from("x"), UsageError);
}

// SPDX-License-Identifier: GPL-2.0-or-later
// Remedies of rules as buttons, and as words for pptpsetup.
#include "gui/model/finding.hh"

#include "tests/unit/catch.hh"

using namespace callgate::gui;
using Words = std::vector<std::string>;

namespace {

Action action(const char* json) {
  auto finding = parse_finding(parse_json(std::string(R"({"rule":"r","actions":[)") + json + "]}"));
  REQUIRE(finding.actions.size() == 1);
  return finding.actions.front();
}

}  // namespace

TEST_CASE("an option with a value is set") {
  auto set = action(R"({"kind":"set","option":"mppe","value":"128","confirm":false})");
  CHECK(label(set) == "Require 128 bit _encryption");
  CHECK(question(set).empty());
  CHECK(remedy_words(set, "work", "") == Words{"--edit", "work", "--mppe", "128"});
}

TEST_CASE("an option without a value is a word alone") {
  auto set = action(R"({"kind":"set","option":"persist","value":null,"confirm":false})");
  CHECK(remedy_words(set, "work", "") == Words{"--edit", "work", "--persist"});
}

TEST_CASE("what protects less is asked about") {
  auto set = action(R"({"kind":"set","option":"mppe","value":"none","confirm":true})");
  CHECK(question(set).find("Without encryption") == 0);
}

TEST_CASE("a password is entered, and is never among the words") {
  auto ask = action(R"({"kind":"ask","option":"password","value":null,"confirm":false})");
  CHECK(remedy_words(ask, "work", "secret") == Words{"--edit", "work", "--password-stdin"});
}

TEST_CASE("what is entered or measured is a word") {
  auto ask = action(R"({"kind":"ask","option":"username","value":null,"confirm":false})");
  CHECK(remedy_words(ask, "work", "bob") == Words{"--edit", "work", "--username", "bob"});
  auto measure = action(R"({"kind":"measure","option":"mtu","value":null,"confirm":false})");
  CHECK(remedy_words(measure, "work", "1400") == Words{"--edit", "work", "--mtu", "1400"});
}

TEST_CASE("every kind of remedy has the text of a button") {
  for (const char* json :
       {R"({"kind":"set","option":"mppe","value":"any"})",
        R"({"kind":"set","option":"login","value":"mschap-v2"})",
        R"({"kind":"set","option":"mppe-stateful"})", R"({"kind":"set","option":"pap"})",
        R"({"kind":"set","option":"new-one","value":"1"})", R"({"kind":"ask","option":"password"})",
        R"({"kind":"ask","option":"username"})", R"({"kind":"measure","option":"mtu"})",
        R"({"kind":"module"})"})
    CHECK(!label(action(json)).empty());
}

TEST_CASE("the findings of a diagnosis are read in their order") {
  auto findings = parse_findings(parse_json(
      R"({"findings":[{"rule":"a","confidence":0.9},{"rule":"b","confidence":0.2},{"x":1}]})"));
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].rule == "a");
  CHECK(findings[1].percent == 20);
  CHECK(parse_findings(parse_json("[]")).empty());
}

TEST_CASE("a remedy has words that wrap, and lines to be typed") {
  auto parts = paragraphs("Check the\nname:\n  nc -v host 1723\n  second\nthen go on.");
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].text == "Check the name:");
  CHECK(parts[1].is_command);
  CHECK(parts[1].text == "nc -v host 1723\nsecond");
  CHECK(parts[2].text == "then go on.");
  CHECK(paragraphs("").empty());
}

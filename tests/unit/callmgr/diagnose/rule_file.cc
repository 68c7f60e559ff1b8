// SPDX-License-Identifier: GPL-2.0-or-later
// The error for a mistake in a rule names the file, the line, the rule and the mistake.
#include <unistd.h>

#include "callmgr/diagnose/report/text.hh"
#include "tests/unit/callmgr/diagnose/diagnosing.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"

using namespace callgate;
using namespace callgate::diagnose;
using namespace callgate::test;

namespace {

class RuleDirectory {
 public:
  explicit RuleDirectory(const std::string& rules) { std::ofstream(path_ / "test.toml") << rules; }
  ~RuleDirectory() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  static std::filesystem::path fresh() {
    auto text = (std::filesystem::temp_directory_path() / "callgate-rules-XXXXXX").string();
    return mkdtemp(text.data());
  }
  std::filesystem::path path_ = fresh();
};

std::string rule(const std::string& members) {
  return "[[rule]]\nid = 'x'\ntitle = 't'\ncause = 'c'\nremedy = 'r'\nweight = 50\n" + members;
}

std::string mistake(const std::string& rules) {
  try {
    RuleBase::load(RuleDirectory(rules).path());
  } catch (const RuleError& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("the error for a mistake in a rule file says where it is") {
  CHECK(mistake(rule("lines = ['a']\n")) == "none");
  CHECK_THAT(mistake("[[rule]\n"), contains("test.toml:1: "));
  CHECK_THAT(mistake("[[rule]]\ntitle = 't'\n"), contains("'id' is missing"));
  CHECK_THAT(mistake(rule("")), contains("test.toml:1: rule 'x': it has none of lines"));
  CHECK_THAT(mistake(rule("lines = ['(']\n")), contains("test.toml:7: rule 'x': lines: '('"));
  CHECK_THAT(mistake(rule("lines = 'a'\n")), contains("'lines' is not a list of texts"));
  CHECK_THAT(mistake(rule("lines = [7]\n")), contains("'lines' is not a list of texts"));
  CHECK_THAT(mistake(rule("facts = ['lcp.recieved = 0']\n")), contains("no fact 'lcp.recieved'"));
  CHECK_THAT(mistake(rule("facts = ['lcp.received ~ 0']\n")), contains("FACT RELATION NUMBER"));
  CHECK_THAT(mistake(rule("facts = ['lcp.received = x']\n")), contains("'x' is no number"));
  CHECK_THAT(mistake(rule("facts = ['stage < up']\n")), contains("'up' is no stage"));
  CHECK_THAT(mistake(rule("lines = ['a']\noutranks = ['y']\n")), contains("outranks 'y'"));
  CHECK_THAT(mistake(rule("lines = ['a']\nline = ['b']\n")), contains("no key 'line'"));
  CHECK_THAT(mistake(rule("lines = ['a']\nseverity = 'bad'\n")), contains("problem or notice"));
  CHECK_THAT(mistake(rule("lines = ['a']\ntimes = 0\n")), contains("times is a number from 1"));
  CHECK_THAT(mistake(rule("all = ['a']\ntimes = 2\n")), contains("belongs to lines"));
  CHECK_THAT(mistake(rule("lines = ['a']\n") + rule("lines = ['a']\n")), contains("another rule"));
  CHECK_THAT(mistake("[[marker]]\nlines = ['a']\nstage = 'up'\n"), contains("no stage 'up'"));
  CHECK_THAT(mistake("[[marker]]\nstage = 'ipcp'\n"), contains("it has no lines"));
  CHECK_THAT(mistake("[rules]\n"), contains("neither [[rule]] nor [[marker]]"));
  CHECK_THAT(mistake(rule("lines = ['a: {EPERM}']\n")), contains("no words for '{EPERM}'"));
  CHECK_THAT(mistake("[errno]\nEPERM = 'x'\n"), contains("'EPERM' is not a list of texts"));
}

TEST_CASE("a rule may have actions, and a mistake in one is named") {
  auto with = [](const std::string& action) {
    return rule("lines = ['a']\nactions = [" + action + "]\n");
  };
  CHECK_THAT(mistake(with("{ kind = 'sell', option = 'x' }")), contains("set, ask, measure"));
  CHECK_THAT(mistake(with("{ kind = 'set' }")), contains("'option' is missing"));
  CHECK_THAT(mistake(with("{ kind = 'ask', option = 'x', value = 'y' }")),
             contains("of the kind set"));
  CHECK_THAT(mistake(with("{ kind = 'module', sure = true }")), contains("no key 'sure'"));
  CHECK_THAT(mistake(rule("lines = ['a']\nactions = 'x'\n")), contains("write actions"));
  RuleDirectory directory(
      with("{ kind = 'set', option = 'mppe', value = 'none', confirm = true }"));
  auto rules = RuleBase::load(directory.path());
  const auto& action = rules.find("x")->actions.at(0);
  CHECK(name(action.kind) == "set");
  CHECK(action.option == "mppe");
  CHECK(action.value == "none");
  CHECK(action.confirm);
}

TEST_CASE("a live rule is explained, but matches no log") {
  auto live = [](const std::string& members) {
    return "[[rule]]\nid = 'x'\ntitle = 't'\ncause = 'c'\nremedy = 'r'\nlive = true\n" + members;
  };
  CHECK_THAT(mistake(live("lines = ['a']\n")), contains("no key 'lines'"));
  auto rules = RuleBase::load(RuleDirectory(live("")).path());
  CHECK_THAT(text_rule(rules, *rules.find("x")), contains("pptpctl diagnose SERVER"));
  CHECK(diagnosis_of("pppd[1]: a\n", rules).report().findings.empty());
}

TEST_CASE(
    "a placeholder in a text of a rule has a value of the rule's own, or one that was found") {
  auto with = [](const std::string& remedy, const std::string& values) {
    return "[[rule]]\nid = 'x'\ntitle = 't'\ncause = 'c'\nremedy = '" + remedy +
           "'\nlive = true\n" + values;
  };
  CHECK_THAT(mistake(with("ping {server}", "")),
             contains("rule 'x': the placeholder {server} has"));
  CHECK_THAT(mistake(with("ping", "values.server = 'S'\n")),
             contains("no text has the placeholder"));
  CHECK_THAT(mistake(with("ping {server}", "values.server = 7\n")),
             contains("'server' is not a text"));
  CHECK_THAT(mistake(with("ping", "values = 'S'\n")), contains("values.NAME"));
  auto remedy = [](const std::string& text, const Values& found) {
    RuleDirectory files("[[rule]]\nid = 'x'\ntitle = 't'\ncause = 'c'\nremedy = '" + text +
                        "'\nlive = true\nvalues.server = 'S'\n");
    auto rules = RuleBase::load(files.path());
    return rules.find("x")->with(found).remedy;
  };
  CHECK(remedy("{server} {server}", {}) == "S S");
  CHECK(remedy("ping {server}.", {{"server", "192.0.2.1"}}) == "ping 192.0.2.1.");
  CHECK(remedy("ping {server}", {{"server", ""}}) == "ping S");
  CHECK(remedy("a {server}", {{"server", "{server}"}}) == "a {server}");
  CHECK(remedy("{ type {server} } {} { \"x\" } {server", {}) == "{ type S } {} { \"x\" } {server");
}

TEST_CASE("an error of the system is known in each language, in any encoding of Latin letters") {
  RuleDirectory directory(
      "[errno]\nEPERM = ['Not permitted (1)', 'Opération non permise', '不允许的操作']\n" +
      rule("lines = ['^a: {EPERM}$']\n"));
  auto rules = RuleBase::load(directory.path());
  auto findings = [&](const std::string& log) {
    return diagnosis_of(log + "\n", rules).report().findings.size();
  };
  for (auto* log : {"a: Not permitted (1)", "a: Opération non permise",
                    "a: Op\xe9ration non permise", "a: Op?ration non permise", "a: 不允许的操作"}) {
    CAPTURE(log);
    CHECK(findings(log) == 1);
  }
  for (auto* log : {"a: Not permitted 1", "a: Opposition non permise", "a: 不可用的协议", "a: "}) {
    CAPTURE(log);
    CHECK(findings(log) == 0);
  }
}

TEST_CASE("a rule may require its lines several times") {
  RuleDirectory directory(rule("lines = ['^a', '^b']\ntimes = 3\n"));
  auto rules = RuleBase::load(directory.path());
  CHECK(diagnosis_of("a\nb\nc\n", rules).report().findings.empty());
  CHECK(diagnosis_of("a\nb\na\n", rules).report().findings.size() == 1);
}

TEST_CASE("a rule may require its lines after a stage") {
  RuleDirectory directory(rule("lines = ['^a']\nreached = 'lcp-heard'\n"));
  auto rules = RuleBase::load(directory.path());
  std::string heard = "rcvd [LCP EchoReq id=0x0 magic=0x1]\n";
  CHECK(diagnosis_of("a\n" + heard, rules).report().findings.empty());
  CHECK(diagnosis_of(heard + "a\n", rules).report().findings.size() == 1);
  CHECK_THAT(mistake(rule("lines = ['a']\nreached = 'up'\n")), contains("reached is a stage"));
}

TEST_CASE("a rule that another one explains comes after it, whatever its weight") {
  RuleDirectory directory(
      "[[rule]]\nid = 'cause'\ntitle = 't'\ncause = 'c'\nremedy = 'r'\nweight = 20\n"
      "lines = ['^cause']\noutranks = ['effect']\n"
      "[[rule]]\nid = 'effect'\ntitle = 't'\ncause = 'c'\nremedy = 'r'\nweight = 90\n"
      "lines = ['^effect']\n");
  auto rules = RuleBase::load(directory.path());
  auto diagnosis = diagnosis_of("cause\neffect\n", rules);
  const auto& findings = diagnosis.report().findings;
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].rule->id == "cause");
  CHECK(findings[1].outranked_by == findings[0].rule);
}

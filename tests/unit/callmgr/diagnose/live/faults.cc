// SPDX-License-Identifier: GPL-2.0-or-later
// A fault has its words in one place: probes, reasons and rules fit together.
#include "callmgr/diagnose/live/faults.hh"

#include <algorithm>
#include <set>

#include "common/channel/reason.hh"
#include "tests/unit/callmgr/diagnose/diagnosing.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::diagnose;
using namespace callgate::diagnose::live;
using namespace callgate::test;

namespace {

std::set<std::string> values_of(const Fault& fault) {
  std::set<std::string> names(fault.values.begin(), fault.values.end());
  names.erase("");
  return names;
}

const Fault* fault_of(const Rule& rule) {
  auto found = std::find_if(std::begin(kFaults), std::end(kFaults),
                            [&](const Fault& fault) { return fault.rule == rule.id; });
  return found == std::end(kFaults) ? nullptr : found;
}

}  // namespace

TEST_CASE(
    "each fault that a probe can find has a rule, which knows the values that the probe gives") {
  for (const auto& fault : kFaults) {
    CAPTURE(fault.rule);
    const auto* rule = all_rules().find(fault.rule);
    REQUIRE(rule);
    CHECK_FALSE(rule->entry.empty());
    std::set<std::string> known;
    for (const auto& [name, value] : rule->values) known.insert(name);
    CHECK(values_of(fault) == known);
  }
}

TEST_CASE("each rule that no log shows, and each that wants values, belongs to a probe") {
  for (const auto& rule : all_rules().rules()) {
    CAPTURE(rule.id);
    if (rule.live || !rule.values.empty()) CHECK(fault_of(rule));
  }
}

TEST_CASE("a failure carries its rule, and its values by name") {
  auto result = failure("peers-mppe-impossible", "seen", "require-mppe-40", "noccp");
  CHECK(result.outcome == Outcome::fail);
  CHECK(result.rule == "peers-mppe-impossible");
  CHECK(result.values == Values{{"option", "noccp"}, {"wanted", "require-mppe-40"}});
  auto texts = all_rules().find(result.rule)->with(result.values);
  CHECK(texts.remedy == "Remove the line:\n  noccp");
  CHECK(texts.cause.starts_with("require-mppe-40 cannot be satisfied together with noccp"));
}

TEST_CASE(
    "a reason names the entry of the rule that explains it, and that rule finds it in a log") {
  for (const auto& known : known_faults()) {
    CAPTURE(known.rule);
    const auto* rule = all_rules().find(known.rule);
    REQUIRE(rule);
    CHECK(rule->entry == known.entry);
    Reason reason{.cause = known.cause,
                  .os_error = known.os_error ? known.os_error : uint32_t{ETIMEDOUT},
                  .subject = "192.0.2.1",
                  .detail = "5 s"};
    auto line = sentence(reason);
    CAPTURE(line);
    std::vector<int> matches;
    all_rules().match(line, matches);
    CHECK(std::any_of(rule->lines.begin(), rule->lines.end(), [&](size_t pattern) {
      return std::ranges::count(matches, static_cast<int>(pattern)) > 0;
    }));
  }
}

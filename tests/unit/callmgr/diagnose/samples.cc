// SPDX-License-Identifier: GPL-2.0-or-later
// Every rule is the first finding in its positive samples and does not match in its near misses.
// Logs of working tunnels, and of links that are not PPTP, get no diagnosis of a problem.
#include <algorithm>
#include <map>
#include <set>

#include "tests/unit/callmgr/diagnose/diagnosing.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::diagnose;
using namespace callgate::test;

namespace {

namespace fs = std::filesystem;

const fs::path kSamples = SAMPLES_DIR;

std::vector<fs::path> entries_of(const fs::path& directory) {
  std::vector<fs::path> found;
  if (fs::exists(directory))
    for (const auto& entry : fs::directory_iterator(directory)) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<fs::path> samples(const fs::path& directory, const std::string& kind) {
  auto found = entries_of(directory);
  std::erase_if(found, [&](const fs::path& path) {
    return path.extension() != ".log" || !path.filename().string().starts_with(kind);
  });
  return found;
}

std::string findings_of(const AttemptReport& report) {
  std::string ids;
  for (const auto& finding : report.findings)
    ids += fmt::format("{} ({}) ", finding.rule->id, finding.score);
  return ids + "at stage " + std::string(name(report.stage));
}

bool matched(const Diagnosis& diagnosis, std::string_view id) {
  for (const auto& report : diagnosis.reports)
    for (const auto& finding : report.findings)
      if (finding.rule->id == id) return true;
  return false;
}

}  // namespace

TEST_CASE("in each positive sample of a rule, it is the first finding") {
  for (const auto& rule : all_rules().rules()) {
    if (rule.live) continue;
    auto positives = samples(kSamples / rule.id, "positive-");
    CAPTURE(rule.id);
    CHECK_FALSE(positives.empty());
    for (const auto& path : positives) {
      auto diagnosis = diagnosis_of(read_sample(path));
      const auto& report = diagnosis.report();
      INFO(path.filename().string() << ": " << findings_of(report));
      REQUIRE_FALSE(report.findings.empty());
      CHECK(report.findings[0].rule->id == rule.id);
      CHECK_FALSE(report.findings[0].evidence.empty());
    }
  }
}

TEST_CASE("in each near miss of a rule, it does not match") {
  for (const auto& rule : all_rules().rules()) {
    if (rule.live) continue;
    auto misses = samples(kSamples / rule.id, "near-");
    CAPTURE(rule.id);
    CHECK_FALSE(misses.empty());
    for (const auto& path : misses) {
      CAPTURE(path.filename().string());
      CHECK_FALSE(matched(diagnosis_of(read_sample(path)), rule.id));
    }
  }
}

TEST_CASE("a working tunnel is reported as working") {
  for (const auto& path : samples(kSamples / "healthy", "")) {
    auto diagnosis = diagnosis_of(read_sample(path));
    INFO(path.filename().string() << ": " << findings_of(diagnosis.report()));
    CHECK(diagnosis.report().verdict == Verdict::healthy);
  }
}

TEST_CASE("a log that is not about PPTP gets no diagnosis") {
  for (const auto& path : samples(kSamples / "foreign", "")) {
    auto diagnosis = diagnosis_of(read_sample(path));
    INFO(path.filename().string() << ": " << findings_of(diagnosis.report()));
    for (const auto& report : diagnosis.reports) {
      CHECK(report.findings.empty());
      CHECK(report.verdict == Verdict::unknown);
    }
  }
}

// Logs that real programs wrote while somebody provoked the failure, in the forms in which people
// have them.
TEST_CASE("of the failures that were provoked, the right cause is the first one in 95 of 100") {
  size_t logs = 0, right = 0;
  std::string wrong;
  for (const auto& directory : entries_of(kSamples)) {
    auto id = directory.filename().string();
    if (id == "healthy" || id == "foreign") continue;
    for (const auto& path : samples(directory, "provoked-")) {
      const auto diagnosis = diagnosis_of(read_sample(path));
      const auto& findings = diagnosis.report().findings;
      bool found = !findings.empty() && findings[0].rule->id == id;
      logs++;
      right += found;
      if (!found)
        wrong += fmt::format("{}/{}: {}\n", id, path.filename().string(),
                             findings_of(diagnosis.report()));
    }
  }
  INFO(wrong);
  CHECK(logs >= 30);
  CHECK(100 * right >= 95 * logs);
}

TEST_CASE("a log that was provoked says how") {
  for (const auto& directory : entries_of(kSamples))
    for (const auto& path : samples(directory, "provoked-")) {
      CAPTURE(path.string());
      CHECK(read_file(path).starts_with(kProvoked));
    }
}

TEST_CASE("each directory of samples belongs to a rule") {
  for (const auto& path : entries_of(kSamples)) {
    auto id = path.filename().string();
    CAPTURE(id);
    CHECK((id == "healthy" || id == "foreign" || all_rules().find(id)));
  }
}

// S01 to S54 of the Diagnosis HOWTO.
TEST_CASE("each entry of the Diagnosis HOWTO has a rule") {
  std::set<std::string> covered;
  for (const auto& rule : all_rules().rules())
    if (!rule.live) covered.insert(rule.entry);
  for (int i = 1; i <= 54; i++) {
    auto entry = fmt::format("S{:02}", i);
    CAPTURE(entry);
    CHECK(covered.contains(entry));
  }
  for (auto* entry : {"S26a", "S26b", "S26c", "S26d", "S26e", "S26f"})
    CHECK(covered.contains(entry));
}

// The commands for one of them mislead the administrators of the other.
TEST_CASE("what to do at a server that does not answer is told for pptpd and for accel-ppp") {
  for (auto* id :
       {"tcp-refused", "control-silent", "control-closed-at-once", "control-not-answered"}) {
    CAPTURE(id);
    const auto* rule = all_rules().find(id);
    REQUIRE(rule);
    CHECK(rule->remedy.find("pptpd") != std::string::npos);
    CHECK(rule->remedy.find("accel-") != std::string::npos);
  }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// The events of all recorded logs: the stages come in order, and the last finding of an attempt is
// the one that the diagnosis of the whole log has.
#include "callmgr/diagnose/follower.hh"

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
using Kind = Event::Kind;

std::vector<fs::path> all_logs() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(SAMPLES_DIR))
    if (entry.path().extension() == ".log") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

struct Followed {
  std::vector<Event> events;
  Diagnosis diagnosis;

  std::vector<std::string> words() const {
    std::vector<std::string> words;
    for (const auto& event : events) {
      auto word = std::string(name(event.kind));
      if (event.kind == Kind::stage) word = name(event.stage);
      if (event.kind == Kind::finding)
        word += " " + (event.finding ? event.finding->rule->id : "-");
      words.push_back(word);
    }
    return words;
  }
};

// With `quiet` the log is quiet after each line.
Followed follow(std::string_view log, bool quiet = false) {
  Followed followed;
  Follower follower(all_rules(), [&](const Event& event) { followed.events.push_back(event); });
  for (size_t at = 0; at < log.size();) {
    auto end = std::min(log.find('\n', at), log.size() - 1) + 1;
    follower.push(log.substr(at, end - at));
    if (quiet) follower.settle();
    at = end;
  }
  followed.diagnosis = follower.finish();
  return followed;
}

std::string best_of(const AttemptReport& report) {
  return report.findings.empty() ? "" : report.findings[0].rule->id;
}

// Of each attempt.
std::map<uint64_t, std::string> last_findings(const std::vector<Event>& events) {
  std::map<uint64_t, std::string> last;
  for (const auto& event : events)
    if (event.kind == Kind::finding)
      last[event.attempt] = event.finding ? event.finding->rule->id : "";
  return last;
}

void require_order(const std::vector<Event>& events) {
  std::map<uint64_t, Stage> stages;
  for (const auto& event : events) {
    bool first = !stages.contains(event.attempt);
    CHECK(first == (event.kind == Kind::attempt));
    CHECK((first || event.stage >= stages[event.attempt]));
    if (event.kind == Kind::stage) CHECK(event.stage > stages[event.attempt]);
    stages[event.attempt] = event.stage;
  }
}

}  // namespace

TEST_CASE("in every recorded log the stages never go backwards") {
  for (const auto& path : all_logs()) {
    CAPTURE(path.string());
    require_order(follow(read_sample(path)).events);
  }
}

TEST_CASE("in every recorded log the last finding of an attempt is the diagnosis") {
  for (const auto& path : all_logs()) {
    CAPTURE(path.string());
    auto text = read_sample(path);
    for (bool quiet : {false, true}) {
      auto followed = follow(text, quiet);
      auto last = last_findings(followed.events);
      for (const auto& report : followed.diagnosis.reports)
        CHECK(last[report.number] == best_of(report));
      CHECK(best_of(followed.diagnosis.report()) == best_of(diagnosis_of(text).report()));
    }
  }
}

TEST_CASE("a working tunnel is up once in each attempt, with interface and addresses") {
  auto followed = follow(read_sample(fs::path(SAMPLES_DIR) / "healthy/pppd-2.4.9-debug.log"));
  auto up = std::find_if(followed.events.begin(), followed.events.end(),
                         [](const Event& event) { return event.kind == Kind::up; });
  REQUIRE(up != followed.events.end());
  CHECK(up->interface == "ppp0");
  CHECK_FALSE(up->local.empty());
  CHECK_FALSE(up->remote.empty());
}

// Another address, another list of options, or a smaller MTU may follow. Then the cause is
// withdrawn.
TEST_CASE("a pause in the log of a tunnel that comes up shows no cause that it has not had") {
  const std::set<std::string> may_be_overcome{"tcp-refused", "option-mppe-of-plugin",
                                              "packets-too-big"};
  for (const auto& path : all_logs()) {
    if (path.parent_path().filename() != "healthy") continue;
    CAPTURE(path.string());
    auto followed = follow(read_sample(path), true);
    std::set<uint64_t> failed;  // attempts before the one that came up
    for (const auto& report : followed.diagnosis.reports)
      if (report.verdict == Verdict::problem) failed.insert(report.number);
    for (const auto& event : followed.events) {
      if (event.kind != Kind::finding || !event.finding || failed.contains(event.attempt)) continue;
      const auto& rule = *event.finding->rule;
      CAPTURE(rule.id);
      CHECK((rule.severity == Severity::notice || may_be_overcome.contains(rule.id)));
    }
  }
}

TEST_CASE("all stages are told in their order, and the ones that no line shows are implied") {
  auto followed = follow(
      "Nov 22 10:00:00 gate pppd[7]: Using interface ppp0\n"
      "Nov 22 10:00:01 gate pptp[8]: GRE to 192.0.2.1 is up (call ID 1, peer's call ID 2)\n"
      "Nov 22 10:00:02 gate pppd[7]: CHAP authentication succeeded\n"
      "Nov 22 10:00:03 gate pppd[7]: MPPE 128-bit stateless compression enabled\n"
      "Nov 22 10:00:04 gate pppd[7]: local  IP address 10.7.0.5\n"
      "Nov 22 10:00:04 gate pppd[7]: remote IP address 10.7.0.1\n"
      "Nov 22 10:00:05 gate callgate-routes[9]: work: 2 networks go through ppp0\n"
      "Nov 22 10:09:00 gate pppd[7]: Terminating on signal 15\n"
      "Nov 22 10:09:01 gate pppd[7]: Connection terminated.\n"
      "Nov 22 10:09:02 gate systemd[1]: pptp@work.service: Scheduled restart job, restart counter "
      "is at 1.\n"
      "Nov 22 10:09:03 gate pppd[11]: Using interface ppp0\n");
  CHECK(followed.words() == std::vector<std::string>{"attempt", "control", "call", "lcp-heard",
                                                     "lcp-up", "authenticated", "mppe", "ipcp",
                                                     "up", "routes", "down", "retry", "attempt"});
  CHECK(followed.events[1].implied);
  CHECK_FALSE(followed.events[2].implied);
  CHECK(followed.events[2].stamp == "Nov 22 10:00:01");
  CHECK(followed.events[8].local == "10.7.0.5");
  CHECK(followed.events[10].verdict == Verdict::healthy);
  CHECK(followed.events[10].line.text == "Terminating on signal 15");
}

TEST_CASE("at a terminal, the sentence about the end shows how far the attempt had come") {
  const std::pair<const char*, Stage> kEnds[] = {
      {"call-refused/positive-callgate.log", Stage::control},
      {"call-refused/positive-real-busy-terminal.log", Stage::control},
      {"call-refused/near-control.log", Stage::started},
      {"gre-none-came/positive-real-gre-in-dropped-terminal.log", Stage::call},
      {"gre-none-came/positive-real-nat-without-helper-terminal.log", Stage::call},
      {"control-not-answered/positive-real-silent-syslog.log", Stage::started},
      {"control-lost/positive-callgate.log", Stage::ipcp}};
  for (const auto& [log, stage] : kEnds) {
    CAPTURE(log);
    auto events = follow(read_sample(fs::path(SAMPLES_DIR) / log)).events;
    REQUIRE_FALSE(events.empty());
    CHECK(name(events.back().stage) == name(stage));
  }
}

TEST_CASE("a finding is told in the first pause after the line that shows it") {
  Followed followed;
  Follower follower(all_rules(), [&](const Event& event) { followed.events.push_back(event); });
  follower.push("pppd[7]: Using interface ppp0\npppd[7]: CHAP authentication failed\n");
  CHECK(followed.words() == std::vector<std::string>{"attempt"});
  CHECK(follower.unsettled());
  follower.settle();
  CHECK(followed.words() == std::vector<std::string>{"attempt", "finding chap-failed"});
  CHECK_FALSE(follower.unsettled());
}

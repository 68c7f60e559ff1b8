// SPDX-License-Identifier: GPL-2.0-or-later
// Who waits for which answers of gateways: nobody for long, and no gateway is asked twice.
#include "callmgr/manager/questions.hh"

#include "callmgr/manager/latest_statistics.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using Numbers = std::vector<uint32_t>;
using Kind = Questions::Kind;

namespace {

constexpr TimePoint kStart{std::chrono::hours(1)};
constexpr uint32_t kAsker = 1, kOther = 2, kFast = 11, kStopped = 12;
constexpr Kind kStatistics = Kind::statistics, kLevel = Kind::log_level, kCapture = Kind::capture;

TimePoint after(int ms) {
  return kStart + Duration(ms);
}

// The numbers of the askers that are ready.
Numbers ready(Questions& questions, TimePoint now) {
  Numbers numbers;
  for (const auto& asker : questions.take_ready(now)) numbers.push_back(asker.number);
  return numbers;
}

CallStatistics statistics(uint64_t accepted) {
  return {.uptime = 1000, .values = {accepted}};
}

}  // namespace

TEST_CASE("an asker is ready when every gateway that it waits for has answered") {
  Questions all;
  CHECK(all.ask(kStatistics, kAsker, {kFast, kStopped}, kStart) == Numbers{kFast, kStopped});
  CHECK(all.answered(kStatistics, kFast, 0));
  CHECK(ready(all, after(1)).empty());
  CHECK(all.answered(kStatistics, kStopped, 0));
  CHECK(all.take_ready(after(2)) == std::vector<Questions::Asker>{{kStatistics, kAsker}});
  CHECK(ready(all, after(3)).empty());
}

TEST_CASE("an asker that waits for nobody is ready at once") {
  for (Kind kind : {kStatistics, kLevel}) {
    Questions all;
    CHECK(all.ask(kind, kAsker, {}, kStart).empty());
    CHECK(ready(all, kStart) == Numbers{kAsker});
    CHECK_FALSE(all.next_deadline());
  }
}

TEST_CASE("a gateway that does not answer holds an asker up for a bounded time") {
  for (Kind kind : {kStatistics, kLevel}) {
    auto limit = kind == kLevel ? Questions::kLogLevelWithin : Questions::kStatisticsWithin;
    Questions all;
    all.ask(kind, kAsker, {kFast, kStopped}, kStart);
    CHECK(all.answered(kind, kFast, kAsker));
    CHECK(all.next_deadline() == kStart + limit);
    CHECK(ready(all, kStart + limit - Duration(1)).empty());
    CHECK(ready(all, kStart + limit) == Numbers{kAsker});
  }
}

TEST_CASE("several who ask for statistics at once share an answer") {
  Questions all;
  CHECK(all.ask(kStatistics, kAsker, {kFast}, kStart) == Numbers{kFast});
  CHECK(all.ask(kStatistics, kOther, {kFast}, after(1)).empty());
  all.answered(kStatistics, kFast, 0);
  CHECK(ready(all, after(2)) == Numbers{kAsker, kOther});
}

TEST_CASE("each who asks for a log level has an answer, as each may want another level") {
  Questions all;
  CHECK(all.ask(kLevel, kAsker, {kFast}, kStart) == Numbers{kFast});
  CHECK(all.ask(kLevel, kOther, {kFast}, kStart) == Numbers{kFast});
  CHECK(all.answered(kLevel, kFast, kOther));
  CHECK(ready(all, kStart) == Numbers{kOther});
  CHECK(all.answered(kLevel, kFast, kAsker));
  CHECK_FALSE(all.answered(kLevel, kFast, kAsker));
  CHECK(ready(all, kStart) == Numbers{kAsker});
}

TEST_CASE("a gateway that is stopped is asked once, however often somebody asks") {
  for (Kind kind : {kStatistics, kLevel}) {
    Questions all;
    CHECK(all.ask(kind, kAsker, {kStopped}, kStart) == Numbers{kStopped});
    for (int i = 1; i < 1000; i++) {
      CHECK(all.ask(kind, kAsker, {kStopped}, after(100'000 * i)).empty());
      CHECK(ready(all, after(100'000 * i + 10'000)) == Numbers{kAsker});
    }
    CHECK(all.answered(kind, kStopped, kAsker));
    CHECK(all.ask(kind, kAsker, {kStopped}, after(200'000'000)) == Numbers{kStopped});
  }
}

TEST_CASE("an answer that nobody has asked for is not taken, nor one to another question") {
  for (Kind kind : {kStatistics, kLevel, kCapture}) {
    Questions all;
    CHECK_FALSE(all.answered(kind, kFast, kAsker));
    all.ask(kind, kAsker, {kFast}, kStart);
    for (Kind other : {kStatistics, kLevel, kCapture})
      if (other != kind) CHECK_FALSE(all.answered(other, kFast, kAsker));
    CHECK_FALSE(all.answered(kind, kStopped, kAsker));
    CHECK(all.answered(kind, kFast, kAsker));
    CHECK_FALSE(all.answered(kind, kFast, kAsker));
  }
}

TEST_CASE("a gateway still owes its answer when the asker has gone") {
  Questions all;
  all.ask(kLevel, kAsker, {kFast}, kStart);
  all.forget(kAsker);
  CHECK(ready(all, after(1)).empty());
  CHECK(all.answered(kLevel, kFast, kAsker));
}

TEST_CASE("a gateway that goes away is not waited for, an asker that does is not answered") {
  Questions all;
  all.ask(kStatistics, kAsker, {kFast, kStopped}, kStart);
  all.ask(kStatistics, kOther, {kStopped}, kStart);
  all.answered(kStatistics, kFast, 0);
  all.forget(kOther);
  all.forget(kStopped);
  CHECK(ready(all, kStart) == Numbers{kAsker});
  CHECK_FALSE(all.answered(kStatistics, kStopped, 0));
}

TEST_CASE("a capture is a question that stays open, and its asker does not wait") {
  Questions all;
  CHECK(all.ask(kCapture, kAsker, {kFast}, kStart) == Numbers{kFast});
  CHECK(all.owes(kCapture, kFast, kAsker));
  CHECK_FALSE(all.owes(kCapture, kFast, kOther));
  CHECK_FALSE(all.next_deadline());
  CHECK(all.take_all().empty());
  CHECK(all.answered(kCapture, kFast, kAsker));
  CHECK_FALSE(all.owes(kCapture, kFast, kAsker));
}

TEST_CASE("a manager that leaves answers whoever waits, once") {
  Questions all;
  all.ask(kStatistics, kAsker, {kStopped}, kStart);
  all.ask(kLevel, kOther, {}, kStart);
  CHECK(all.take_all() == std::vector<Questions::Asker>{{kStatistics, kAsker}, {kLevel, kOther}});
  CHECK(all.take_all().empty());
  CHECK_FALSE(all.next_deadline());
}

// --- the answers themselves ------------------------------------------------------------------

TEST_CASE("statistics that are fresh serve the next one who asks, old ones do not") {
  LatestStatistics latest;
  CHECK_FALSE(latest.fresh(kFast, kStart));
  latest.note(kFast, statistics(7), kStart);
  CHECK(latest.fresh(kFast, after(100)));
  CHECK_FALSE(latest.fresh(kFast, after(101)));
  CHECK_FALSE(latest.fresh(kStopped, kStart));
}

TEST_CASE("whoever has waited as long as possible sees what came while they waited") {
  LatestStatistics latest;
  latest.note(kFast, statistics(7), after(1));
  REQUIRE(latest.of(kFast, after(200)));
  CHECK(*latest.of(kFast, after(200)) == statistics(7));
  CHECK(latest.of(kFast, after(301)));
  CHECK_FALSE(latest.of(kFast, after(302)));
  CHECK_FALSE(latest.of(kStopped, after(200)));
}

TEST_CASE("the last statistics count, until their gateway has gone") {
  LatestStatistics latest;
  latest.note(kFast, statistics(7), kStart);
  latest.note(kFast, statistics(8), kStart);
  CHECK(*latest.of(kFast, kStart) == statistics(8));
  latest.forget(kFast);
  CHECK_FALSE(latest.of(kFast, kStart));
}

TEST_CASE("a gateway that owes many answers is asked nothing more, by whomever") {
  Questions all;
  for (uint32_t asker = 100; asker < 100 + Questions::kMostOwed; asker++)
    CHECK(all.ask(kLevel, asker, {kStopped}, kStart) == Numbers{kStopped});
  for (uint32_t asker = 500; asker < 600; asker++) {
    CHECK(all.ask(kLevel, asker, {kStopped}, kStart).empty());
    all.forget(asker);
  }
  CHECK(all.ask(kLevel, kAsker, {kStopped, kFast}, kStart) == Numbers{kFast});
  CHECK(all.answered(kLevel, kFast, kAsker));
  CHECK(ready(all, after(1)) == Numbers{kAsker});  // it does not wait for the other one
  CHECK(all.answered(kLevel, kStopped, 100));
  CHECK(all.ask(kLevel, kOther, {kStopped}, kStart) == Numbers{kStopped});
}

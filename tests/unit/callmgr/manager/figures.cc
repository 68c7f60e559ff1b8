// SPDX-License-Identifier: GPL-2.0-or-later
// Who waits for the figures of which calls: nobody for long, and no gateway is asked twice.
#include "callmgr/manager/figures.hh"

#include "tests/unit/catch.hh"

using namespace callgate;
using Numbers = std::vector<uint32_t>;

namespace {

constexpr TimePoint kStart{std::chrono::hours(1)};
constexpr uint32_t kAsker = 1, kOther = 2, kFast = 11, kStopped = 12;

TimePoint after(int ms) {
  return kStart + Duration(ms);
}

CallStatistics figures(uint64_t accepted) {
  return {.uptime = 1000, .values = {accepted}};
}

}  // namespace

TEST_CASE("an asker is ready when every gateway that it waits for has answered") {
  Figures all;
  CHECK(all.ask(kAsker, {kFast, kStopped}, kStart) == Numbers{kFast, kStopped});
  CHECK(all.answered(kFast, figures(7), after(1)));
  CHECK(all.take_ready(after(1)).empty());
  CHECK(all.answered(kStopped, figures(8), after(2)));
  CHECK(all.take_ready(after(2)) == Numbers{kAsker});
  CHECK(all.take_ready(after(3)).empty());
  REQUIRE(all.of(kFast, after(2)));
  CHECK(*all.of(kFast, after(2)) == figures(7));
}

TEST_CASE("an asker who waits for nobody is ready at once") {
  Figures all;
  CHECK(all.ask(kAsker, {}, kStart).empty());
  CHECK(all.take_ready(kStart) == Numbers{kAsker});
  CHECK_FALSE(all.next_deadline());
}

TEST_CASE("a gateway that does not answer holds an asker up for a bounded time") {
  Figures all;
  all.ask(kAsker, {kFast, kStopped}, kStart);
  all.answered(kFast, figures(7), after(1));
  CHECK(all.next_deadline() == kStart + Figures::kPatience);
  CHECK(all.take_ready(after(199)).empty());
  CHECK(all.take_ready(after(200)) == Numbers{kAsker});
  CHECK(all.of(kFast, after(200)));
  CHECK_FALSE(all.of(kStopped, after(200)));
}

TEST_CASE("several who ask at once share an answer") {
  Figures all;
  CHECK(all.ask(kAsker, {kFast}, kStart) == Numbers{kFast});
  CHECK(all.ask(kOther, {kFast}, after(1)).empty());
  all.answered(kFast, figures(7), after(2));
  CHECK(all.take_ready(after(2)) == Numbers{kAsker, kOther});
}

TEST_CASE("figures that are fresh serve the next one who asks, old ones do not") {
  Figures all;
  all.ask(kAsker, {kFast}, kStart);
  all.answered(kFast, figures(7), kStart);
  all.take_ready(kStart);
  CHECK(all.ask(kAsker, {kFast}, after(100)).empty());
  CHECK(all.take_ready(after(100)) == Numbers{kAsker});
  CHECK(all.of(kFast, after(100)));
  CHECK(all.ask(kAsker, {kFast}, after(101)) == Numbers{kFast});
}

TEST_CASE("a gateway that is stopped is asked once, however often somebody wants its figures") {
  Figures all;
  CHECK(all.ask(kAsker, {kStopped}, kStart) == Numbers{kStopped});
  for (int i = 1; i < 1000; i++) {
    CHECK(all.ask(kAsker, {kStopped}, after(1000 * i)).empty());
    CHECK(all.take_ready(after(1000 * i + 200)) == Numbers{kAsker});
  }
  CHECK(all.answered(kStopped, figures(7), after(2'000'000)));
  CHECK(all.ask(kAsker, {kStopped}, after(3'000'000)) == Numbers{kStopped});
}

TEST_CASE("figures that nobody has asked for are not taken") {
  Figures all;
  CHECK_FALSE(all.answered(kFast, figures(7), kStart));
  all.ask(kAsker, {kFast}, kStart);
  CHECK(all.answered(kFast, figures(7), kStart));
  CHECK_FALSE(all.answered(kFast, figures(8), kStart));
  CHECK(*all.of(kFast, kStart) == figures(7));
}

TEST_CASE("a gateway that goes away is not waited for, an asker that does is not answered") {
  Figures all;
  all.ask(kAsker, {kFast, kStopped}, kStart);
  all.ask(kOther, {kStopped}, kStart);
  all.answered(kFast, figures(7), kStart);
  all.forget(kOther);
  all.forget(kStopped);
  CHECK(all.take_ready(kStart) == Numbers{kAsker});
  CHECK_FALSE(all.of(kStopped, kStart));
}

TEST_CASE("a manager that leaves answers whoever waits, once") {
  Figures all;
  all.ask(kAsker, {kStopped}, kStart);
  all.ask(kOther, {}, kStart);
  CHECK(all.take_all() == Numbers{kAsker, kOther});
  CHECK(all.take_all().empty());
  CHECK_FALSE(all.next_deadline());
}

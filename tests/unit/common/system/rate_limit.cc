// SPDX-License-Identifier: GPL-2.0-or-later
// A flood of events must not become a flood of log lines.
#include "common/system/rate_limit.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {
constexpr TimePoint kStart{std::chrono::hours(1)};
constexpr TimePoint at(int seconds) {
  return kStart + std::chrono::seconds(seconds);
}
}  // namespace

TEST_CASE("the first time is said, the next only after a minute, with their number") {
  RateLimit limit;
  CHECK(limit.happened(at(0)) == 1u);
  CHECK_FALSE(limit.happened(at(1)));
  CHECK_FALSE(limit.happened(at(59)));
  CHECK(limit.happened(at(60)) == 3u);
  CHECK_FALSE(limit.happened(at(119)));
}

TEST_CASE("a limit allows some events at once, and then one in each interval") {
  RateLimit limit(3, std::chrono::seconds(10));
  for (int i = 0; i < 3; i++) CHECK(limit.happened(at(0)) == 1u);
  CHECK_FALSE(limit.happened(at(0)));
  CHECK_FALSE(limit.happened(at(9)));
  CHECK(limit.happened(at(10)) == 3u);
  CHECK_FALSE(limit.happened(at(19)));
  CHECK(limit.happened(at(20)) == 2u);
}

TEST_CASE("parts of an interval are not lost, and a long silence allows no more than at first") {
  RateLimit limit(2, std::chrono::seconds(10));
  limit.happened(at(0));
  limit.happened(at(0));
  CHECK(limit.happened(at(19)) == 1u);
  CHECK(limit.happened(at(20)) == 1u);
  for (int i = 0; i < 2; i++) CHECK(limit.happened(at(1'000)));
  CHECK_FALSE(limit.happened(at(1'000)));
}

TEST_CASE("a limit is at rest if it behaves as a new one does") {
  RateLimit limit(2, std::chrono::seconds(10));
  CHECK(limit.is_at_rest(at(0)));
  limit.happened(at(0));
  CHECK_FALSE(limit.is_at_rest(at(9)));
  CHECK(limit.is_at_rest(at(10)));
}

// SPDX-License-Identifier: GPL-2.0-or-later
// The round-trip estimate that the server's acknowledgements give (RFC 2637 section 4.4.1).
#include "gre/round_trip.hh"

#include "tests/unit/catch.hh"

using namespace callgate;
using std::chrono::microseconds;

namespace {
constexpr TimePoint kStart{std::chrono::hours(1)};
constexpr Duration ms(int count) {
  return Duration(count);
}
}  // namespace

TEST_CASE("the first acknowledgement gives the first estimate") {
  RoundTrip rtt;
  CHECK(rtt.estimate() == microseconds(0));
  rtt.sent({0}, kStart);
  rtt.acknowledged({0}, kStart + ms(20));
  CHECK(rtt.estimate() == ms(20));
}

TEST_CASE("each later one moves the estimate by an eighth of the difference") {
  RoundTrip rtt;
  rtt.sent({0}, kStart);
  rtt.acknowledged({0}, kStart + ms(16));
  rtt.sent({1}, kStart);
  rtt.acknowledged({1}, kStart + ms(24));
  CHECK(rtt.estimate() == ms(17));
}

TEST_CASE("one acknowledgement for many packets times the one under measurement") {
  RoundTrip rtt;
  rtt.sent({0}, kStart);
  rtt.sent({1}, kStart + ms(5));
  rtt.acknowledged({1}, kStart + ms(20));
  CHECK(rtt.estimate() == ms(20));
}

TEST_CASE("acknowledgements of older packets, or of some never sent, are no measurement") {
  RoundTrip rtt;
  rtt.sent({10}, kStart);
  rtt.acknowledged({9}, kStart + ms(1));
  rtt.acknowledged({11}, kStart + ms(1));
  rtt.acknowledged({0x80000000}, kStart + ms(1));
  CHECK(rtt.estimate() == microseconds(0));
  rtt.acknowledged({10}, kStart + ms(30));
  CHECK(rtt.estimate() == ms(30));
}

TEST_CASE("the estimate goes on where numbers wrap") {
  RoundTrip rtt;
  rtt.sent({0xFFFFFFFF}, kStart);
  rtt.sent({0}, kStart);
  rtt.acknowledged({0}, kStart + ms(10));
  CHECK(rtt.estimate() == ms(10));
}

TEST_CASE("the adaptive time-out has four deviations above the round trip") {
  RoundTrip rtt;
  rtt.sent({0}, kStart);
  CHECK(rtt.acknowledged({0}, kStart + ms(16)));
  CHECK(rtt.adaptive_timeout() == ms(16 + 4 * 8));  // DEV[0] is half of the first sample
  rtt.sent({1}, kStart);
  CHECK(rtt.acknowledged({1}, kStart + ms(32)));
  CHECK(rtt.adaptive_timeout() == ms(18 + 4 * 10));
}

TEST_CASE("a steady path makes the time-out close in on the round trip") {
  RoundTrip rtt;
  for (uint32_t n = 0; n < 50; n++) {
    rtt.sent({n}, kStart);
    rtt.acknowledged({n}, kStart + ms(20));
  }
  CHECK(rtt.adaptive_timeout() >= ms(20));
  CHECK(rtt.adaptive_timeout() < ms(21));
}

// Linux's own PPTP module acknowledges with data only. An answer of its side comes at once, and
// anything else whenever it has something to send.
TEST_CASE("pauses of the server do not count as the path") {
  for (int pauses_per_answer : {1, 4, 7}) {
    RoundTrip rtt;
    uint32_t number = 0;
    auto take = [&](Duration time) {
      rtt.sent({number}, kStart);
      rtt.acknowledged({number++}, kStart + time);
    };
    for (int round = 0; round < 50; round++) {
      for (int i = 0; i < pauses_per_answer; i++) take(ms(100 + (round * 37 + i * 91) % 500));
      take(ms(4));
    }
    CAPTURE(pauses_per_answer, rtt.estimate().count());
    CHECK(rtt.estimate() < ms(6));
    CHECK(rtt.adaptive_timeout() < ms(20));
  }
}

TEST_CASE("a path that has become longer is believed after as many times as pauses are borne") {
  RoundTrip rtt;
  uint32_t number = 0;
  auto take = [&](Duration time) {
    rtt.sent({number}, kStart);
    return rtt.acknowledged({number++}, kStart + time);
  };
  take(ms(10));
  for (int i = 1; i < RoundTrip::kPauses; i++) CHECK_FALSE(take(ms(100 + i)));
  CHECK(rtt.estimate() == ms(10));
  CHECK(take(ms(150)));
  CHECK(rtt.estimate() == ms(101));
  CHECK(take(ms(20)));
  CHECK(rtt.estimate() == ms(20));
}

TEST_CASE("a packet that is never acknowledged does not stop the measurement") {
  RoundTrip rtt;
  rtt.sent({0}, kStart);
  rtt.sent({1}, kStart + RoundTrip::kForgotten);
  rtt.acknowledged({1}, kStart + RoundTrip::kForgotten + ms(20));
  CHECK(rtt.estimate() == ms(20));
}

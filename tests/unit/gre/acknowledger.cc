// SPDX-License-Identifier: GPL-2.0-or-later
// When acknowledgements are sent (RFC 2637 section 4.2.5).
#include "gre/acknowledger.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

constexpr TimePoint kStart{std::chrono::hours(1)};
constexpr Duration ms(int count) {
  return Duration(count);
}

// Returns after how many packets one is acknowledged at once.
uint32_t quota(Acknowledger acks) {
  uint32_t n = 0;
  while (!acks.due(kStart)) acks.received({n++}, kStart);
  return n;
}

// The server sends `count` packets and stops until it gets an acknowledgement.
void stop_after(Acknowledger& acks, uint32_t count) {
  for (uint32_t n = 0; n < count; n++) acks.received({n}, kStart);
  acks.sent_alone(kStart + Acknowledger::kFirstPause);
}

}  // namespace

TEST_CASE("nothing is acknowledged before anything is received") {
  Acknowledger acks(64);
  CHECK_FALSE(acks.pending());
  CHECK_FALSE(acks.due(kStart + ms(1000)));
  CHECK_FALSE(acks.next_deadline());
}

TEST_CASE("a lone packet is acknowledged alone after a pause") {
  Acknowledger acks(64);
  acks.received({7}, kStart);
  CHECK(acks.pending() == Sequence{7});
  CHECK_FALSE(acks.due(kStart + ms(9)));
  CHECK(acks.next_deadline() == kStart + ms(10));
  CHECK(acks.due(kStart + ms(10)));
}

TEST_CASE("the pause is a quarter of the round trip, within bounds") {
  Acknowledger acks(64);
  acks.received({7}, kStart);
  for (auto [round_trip, pause] : {std::pair{0, 2}, {40, 10}, {60, 15}, {5000, 25}}) {
    acks.path(ms(round_trip));
    CHECK(acks.next_deadline() == kStart + ms(pause));
  }
}

TEST_CASE("an acknowledgement that went with data is not sent again") {
  Acknowledger acks(64);
  acks.received({7}, kStart);
  acks.sent();
  CHECK_FALSE(acks.pending());
  CHECK_FALSE(acks.due(kStart + ms(1000)));
}

TEST_CASE("without a pause the delay counts from the first packet, and the number is the last's") {
  Acknowledger acks(64);
  for (uint32_t n = 0; n < 20; n++) acks.received({n}, kStart + ms(5 * static_cast<int>(n)));
  CHECK_FALSE(acks.due(kStart + ms(99)));
  CHECK(acks.next_deadline() == kStart + ms(100));
  CHECK(acks.due(kStart + ms(100)));
  CHECK(acks.pending() == Sequence{19});
}

TEST_CASE("half of our window is acknowledged at once, less is not") {
  CHECK(quota(Acknowledger(64)) == 32);
  CHECK(quota(Acknowledger(3)) == 1);
  CHECK(quota(Acknowledger(1)) == 1);
}

TEST_CASE("a server that never stops is acknowledged ever more rarely, to a bound") {
  Acknowledger acks(64);
  for (uint32_t n = 0; n < 100'000; n++) {
    acks.received({n}, kStart);
    if (acks.due(kStart)) acks.sent_alone(kStart);
  }
  acks.sent();
  CHECK(quota(acks) == Acknowledger::kMost);
}

TEST_CASE("a server that stops at the same place twice is acknowledged at half of that") {
  for (uint32_t window : {1u, 3u, 20u}) {
    Acknowledger acks(64);
    stop_after(acks, window);
    CHECK(quota(acks) == 32);
    stop_after(acks, window);
    CHECK(quota(acks) == std::max(window / 2, 1u));
  }
}

TEST_CASE("stops at different places are no window") {
  Acknowledger acks(64);
  for (uint32_t n : {1u, 3u, 1u, 2u, 5u, 1u}) stop_after(acks, n);
  CHECK(quota(acks) == 32);
}

TEST_CASE("stops between which data went the other way are no window") {
  Acknowledger acks(64);
  stop_after(acks, 1);
  acks.received({1}, kStart);
  acks.sent();
  stop_after(acks, 1);
  CHECK(quota(acks) == 32);
}

TEST_CASE("an acknowledgement that could not be sent is tried again after a pause") {
  Acknowledger acks(2);
  acks.received({7}, kStart);
  acks.postpone(kStart);
  CHECK_FALSE(acks.due(kStart + ms(99)));
  CHECK(acks.next_deadline() == kStart + ms(100));
  CHECK(acks.due(kStart + ms(100)));
  CHECK(acks.pending() == Sequence{7});
}

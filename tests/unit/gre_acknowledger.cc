// SPDX-License-Identifier: GPL-2.0-or-later
// When acknowledgements go out (RFC 2637 section 4.2.5).
#include "gre/acknowledger.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {
constexpr TimePoint kStart{std::chrono::hours(1)};
constexpr Duration ms(int count) {
  return Duration(count);
}
}  // namespace

TEST_CASE("nothing is acknowledged before anything is received") {
  Acknowledger acks(64);
  CHECK_FALSE(acks.pending());
  CHECK_FALSE(acks.due(kStart + ms(1000)));
  CHECK_FALSE(acks.next_deadline());
}

TEST_CASE("a lone packet is acknowledged alone after the delay") {
  Acknowledger acks(64);
  acks.received({7}, kStart);
  CHECK(acks.pending() == Sequence{7});
  CHECK_FALSE(acks.due(kStart + ms(99)));
  CHECK(acks.next_deadline() == kStart + ms(100));
  CHECK(acks.due(kStart + ms(100)));
}

TEST_CASE("an acknowledgement that went with data is not sent again") {
  Acknowledger acks(64);
  acks.received({7}, kStart);
  acks.sent();
  CHECK_FALSE(acks.pending());
  CHECK_FALSE(acks.due(kStart + ms(1000)));
}

TEST_CASE(
    "the delay runs from the first packet that is not acknowledged, the number is the last's") {
  Acknowledger acks(64);
  acks.received({7}, kStart);
  acks.received({8}, kStart + ms(90));
  CHECK(acks.due(kStart + ms(100)));
  CHECK(acks.pending() == Sequence{8});
}

TEST_CASE("half of our window is acknowledged at once, less is not") {
  Acknowledger acks(64);
  for (uint32_t n = 0; n < 31; n++) acks.received({n}, kStart);
  CHECK_FALSE(acks.due(kStart));
  acks.received({31}, kStart);
  CHECK(acks.due(kStart));
}

TEST_CASE("a server that keeps to a window of 1 or 3 never waits for the delay") {
  Acknowledger one(1), three(3);
  one.received({0}, kStart);
  three.received({0}, kStart);
  CHECK(one.due(kStart));
  CHECK(three.due(kStart));
}

TEST_CASE("an acknowledgement that could not be sent is tried again after the delay") {
  Acknowledger acks(2);
  acks.received({7}, kStart);
  acks.postpone(kStart);
  CHECK_FALSE(acks.due(kStart + ms(99)));
  CHECK(acks.due(kStart + ms(100)));
  CHECK(acks.pending() == Sequence{7});
}

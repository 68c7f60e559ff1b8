// SPDX-License-Identifier: GPL-2.0-or-later
// When the sink stands by: from a burst on, until there was none for a while. Without a socket, so
// that what it does to one fails unheard.
#include "gre/overflow_sink.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {
constexpr TimePoint kStart{std::chrono::hours(1)};
}  // namespace

TEST_CASE("single packets do not make the sink stand by") {
  OverflowSink sink;
  for (size_t packets = 0; packets < OverflowSink::kBurst; packets++)
    sink.received(packets, false, kStart);
  CHECK_FALSE(sink.stands_by());
  CHECK_FALSE(sink.next_deadline());
}

TEST_CASE("a burst, or packets that are left in the socket, make it stand by") {
  OverflowSink burst, stalled;
  burst.received(OverflowSink::kBurst, false, kStart);
  stalled.received(0, true, kStart);
  CHECK(burst.stands_by());
  CHECK(stalled.stands_by());
}

TEST_CASE("it stands by until there was no burst for ten seconds") {
  OverflowSink sink;
  sink.received(64, false, kStart);
  sink.received(64, false, kStart + std::chrono::seconds(5));
  sink.received(1, false, kStart + std::chrono::seconds(9));
  CHECK(sink.next_deadline() == kStart + std::chrono::seconds(15));
  sink.expire(kStart + std::chrono::milliseconds(14'999));
  CHECK(sink.stands_by());
  sink.expire(kStart + std::chrono::seconds(15));
  CHECK_FALSE(sink.stands_by());
}

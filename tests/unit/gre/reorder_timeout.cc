// SPDX-License-Identifier: GPL-2.0-or-later
// How long to wait for a missing packet: what the time follows, and how fast.
#include "gre/reorder_timeout.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

constexpr TimePoint kStart{std::chrono::hours(1)};
constexpr Duration ms(int count) {
  return Duration(count);
}

// Each of `count` waits was in vain.
void lose(ReorderTimeout& timeout, uint32_t count) {
  for (uint32_t n = 0; n < count; n++) timeout.given_up({10 * n}, {10 * n + 1}, kStart);
}

}  // namespace

TEST_CASE("while nothing is known the bound is the timeout") {
  CHECK(ReorderTimeout(ms(300)).value() == ms(300));
  CHECK(ReorderTimeout(ms(5)).value() == ms(5));
}

TEST_CASE("the first thing it follows is the round trip, up and down") {
  ReorderTimeout timeout(ms(300));
  timeout.path(ms(40));
  CHECK(timeout.value() == ms(40));
  timeout.path(ms(120));
  CHECK(timeout.value() == ms(120));
  timeout.path(ms(2000));
  CHECK(timeout.value() == ms(300));
  timeout.path(ms(1));
  CHECK(timeout.value() == ReorderTimeout::kLeast);
}

TEST_CASE("delays that were seen count more than the round trip") {
  ReorderTimeout timeout(ms(300));
  timeout.path(ms(100));
  for (int i = 0; i < 50; i++) timeout.filled(ms(20));
  CHECK(timeout.value() > ms(20));
  CHECK(timeout.value() < ms(30));
  timeout.path(ms(200));
  CHECK(timeout.value() < ms(30));
}

TEST_CASE("one long delay among short ones is remembered for a while") {
  ReorderTimeout timeout(ms(300));
  timeout.path(ms(20));
  for (int i = 0; i < 20; i++) timeout.filled(ms(10));
  timeout.filled(ms(50));
  CHECK(timeout.value() > ms(50));
}

TEST_CASE("many packets that came within one wake-up do not shorten the wait") {
  ReorderTimeout timeout(ms(300));
  timeout.path(ms(100));
  for (int i = 0; i < 100; i++) timeout.filled(ms(0));
  CHECK(timeout.value() == ms(100));
}

TEST_CASE("where packets are lost and none is late the wait becomes short") {
  ReorderTimeout timeout(ms(300));
  lose(timeout, 100);
  CHECK(timeout.value() == ReorderTimeout::kLeast);
}

TEST_CASE("the wait does not fall below what the path has shown") {
  ReorderTimeout timeout(ms(300));
  timeout.path(ms(40));
  for (int i = 0; i < 500; i++) {
    timeout.filled(ms(1 + i % 20));
    if (i % 5 == 0) lose(timeout, 1);
    if (i > 20) CHECK(timeout.value() > ms(20));
    CHECK(timeout.value() < ms(100));
  }
}

TEST_CASE("what the path has shown is forgotten after as many losses as are remembered") {
  ReorderTimeout timeout(ms(300));
  timeout.filled(ms(200));
  lose(timeout, ReorderTimeout::kMissing - 1);
  CHECK(timeout.value() >= ms(200));
  lose(timeout, 2 * ReorderTimeout::kMissing);
  CHECK(timeout.value() == ReorderTimeout::kLeast);
}

TEST_CASE("a packet that comes after we gave it up doubles the wait") {
  ReorderTimeout timeout(ms(300));
  lose(timeout, 100);
  timeout.given_up({0xFFFFFFFE}, {2}, kStart);
  timeout.late({1}, kStart + ms(25));
  CHECK(timeout.value() == ms(50));
}

TEST_CASE("the other packets of such a gap, and copies of it, do not double it again") {
  ReorderTimeout timeout(ms(300));
  lose(timeout, 100);
  timeout.given_up({5000}, {5003}, kStart);
  timeout.late({5000}, kStart + ms(25));
  timeout.late({5000}, kStart + ms(26));
  timeout.late({5001}, kStart + ms(27));
  CHECK(timeout.value() == ms(50));
}

TEST_CASE(
    "a late packet that was never given up, or that no wait would have caught, says nothing") {
  ReorderTimeout timeout(ms(300));
  lose(timeout, 100);
  timeout.given_up({5000}, {5003}, kStart);
  timeout.late({5003}, kStart + ms(25));  // after the gap: a copy
  timeout.late({4999}, kStart + ms(25));
  timeout.late({5001}, kStart + ms(301));
  CHECK(timeout.value() == ReorderTimeout::kLeast);
}

TEST_CASE("a round trip that is measured later corrects a wait that began at the bound") {
  ReorderTimeout timeout(ms(300));
  lose(timeout, 1);
  timeout.path(ms(30));
  CHECK(timeout.value() == ms(30));
  timeout.path(ms(200));  // from now on the delays of this path count
  CHECK(timeout.value() == ms(30));
}

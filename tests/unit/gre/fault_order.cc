// SPDX-License-Identifier: GPL-2.0-or-later
// --test-type sends packets in the wrong order, as pptp-linux's manual describes it.
#include "gre/fault_order.hh"

#include "tests/unit/catch.hh"

using namespace callgate;
using Order = std::vector<size_t>;

TEST_CASE("type 0 does nothing") {
  CHECK_FALSE(FaultOrder({.type = 0}).active());
}

TEST_CASE("type 1 swaps two packets at the end of every round") {
  FaultOrder order({.type = 1, .rate = 4});
  CHECK(order.take(4) == Order{0, 1, 3, 2});
  CHECK(order.take(9) == Order{0, 1, 3, 2});
  CHECK(order.take(5) == Order{0, 1, 3, 2});
}

TEST_CASE("type 2 sends the last of twelve packets first") {
  FaultOrder order({.type = 2, .rate = 14});
  CHECK(order.take(14) == Order{0, 1, 13, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
}

TEST_CASE("type 3 reverses twelve packets") {
  FaultOrder order({.type = 3, .rate = 14});
  CHECK(order.take(14) == Order{0, 1, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2});
}

TEST_CASE("an incomplete disorder waits for its packets") {
  FaultOrder order({.type = 1, .rate = 4});
  CHECK(order.take(3) == Order{0, 1});
  CHECK(order.take(1).empty());
  CHECK(order.take(2) == Order{1, 0});
}

TEST_CASE("a rate that is smaller than the disorder means one after the other") {
  FaultOrder order({.type = 1, .rate = 1});
  CHECK(order.take(4) == Order{1, 0});
  CHECK(order.take(2) == Order{1, 0});
}

// SPDX-License-Identifier: GPL-2.0-or-later
// Call ids of this host: unique, bounded, and unused for long after their call.
#include "callmgr/control/call_ids.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

TEST_CASE("ids that are in use are not handed out again") {
  CallIds ids(100);
  std::set<CallId> seen;
  for (int i = 0; i < 1000; i++) seen.insert(ids.take().value());
  CHECK(seen.size() == 1000);
  CHECK(ids.in_use() == 1000);
}

TEST_CASE("an id that was released is not used again soon") {
  CallIds ids(100);
  for (int i = 0; i < 65534; i++) {
    auto id = ids.take().value();
    ids.release(id);
    if (i > 0) CHECK(id != CallId{100});
  }
  CHECK(ids.in_use() == 0);
}

TEST_CASE("ids go on after 65535 with 1: 0 is never used") {
  CallIds ids(65535);
  CHECK(ids.take() == CallId{65535});
  CHECK(ids.take() == CallId{1});
  CHECK(ids.take() == CallId{2});
  CallIds from_zero(0);
  CHECK(from_zero.take() == CallId{1});
}

TEST_CASE("there is an end to the ids, and it leaves room") {
  CallIds ids(1);
  for (size_t i = 0; i < CallIds::kMaxInUse; i++) REQUIRE(ids.take());
  CHECK_FALSE(ids.take());
  CHECK_FALSE(ids.take(CallId{60000}));
  ids.release(CallId{5});
  CHECK(ids.take() == CallId{CallIds::kMaxInUse + 1});
}

TEST_CASE("a wanted id is given unless it is in use, or 0") {
  CallIds ids(1);
  CHECK(ids.take(CallId{4242}));
  CHECK_FALSE(ids.take(CallId{4242}));
  CHECK_FALSE(ids.take(CallId{0}));
  ids.release(CallId{4242});
  CHECK(ids.take(CallId{4242}));
}

TEST_CASE("an id that somebody wanted is passed over") {
  CallIds ids(1);
  ids.take(CallId{1});
  ids.take(CallId{2});
  CHECK(ids.take() == CallId{3});
}

TEST_CASE("an id that nobody has may be released") {
  CallIds ids(1);
  ids.release(CallId{9});
  CHECK(ids.in_use() == 0);
}

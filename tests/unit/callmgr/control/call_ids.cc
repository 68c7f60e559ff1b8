// SPDX-License-Identifier: GPL-2.0-or-later
// Call ids of this host: random, unique, bounded, and unused for long after their call.
#include "callmgr/control/call_ids.hh"

#include <map>
#include <random>
#include <set>

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

CallIds::Draw seeded(uint32_t seed = 1) {
  return [random = std::mt19937(seed)]() mutable { return static_cast<uint16_t>(random()); };
}

// Draws 0, 1, 2 and so on, each of them twice.
CallIds::Draw stuttering() {
  return [count = 0u]() mutable { return static_cast<uint16_t>(count++ / 2); };
}

}  // namespace

TEST_CASE("ids that are in use are not handed out again") {
  CallIds ids(seeded());
  std::set<CallId> seen;
  for (int i = 0; i < 1000; i++) seen.insert(ids.take().value());
  CHECK(seen.size() == 1000);
  CHECK(ids.in_use() == 1000);
}

TEST_CASE("an id says nothing about the next one") {
  CallIds ids(seeded());
  int near = 0;
  for (int last = 0, i = 0; i < 1000; i++) {
    int id = value(ids.take().value());
    if (std::abs(id - last) < 16) near++;
    last = id;
  }
  CHECK(near < 10);  // one in two thousand is by chance
}

TEST_CASE("an id that was released is not used again soon") {
  CallIds ids(seeded());
  std::map<CallId, size_t> released;
  size_t least = SIZE_MAX;
  for (size_t i = 0; i < 100'000; i++) {
    auto id = ids.take().value();
    ids.release(id);
    if (released.contains(id)) least = std::min(least, i - released[id]);
    released[id] = i;
  }
  CHECK(least == CallIds::kLately + 1);
  CHECK(ids.in_use() == 0);
}

TEST_CASE("0 is never used, and what is drawn twice only once") {
  CallIds ids(stuttering());
  CHECK(ids.take() == CallId{1});
  CHECK(ids.take() == CallId{2});
  ids.release(CallId{2});
  CHECK(ids.take() == CallId{3});
}

TEST_CASE("there is an end to the ids, and it leaves room") {
  CallIds ids(seeded());
  for (size_t i = 0; i < CallIds::kMaxInUse; i++) REQUIRE(ids.take());
  CHECK_FALSE(ids.take());
  for (uint16_t id = 1; id < 1000; id++) CHECK_FALSE(ids.take(CallId{id}));
}

TEST_CASE("a wanted id is given unless it is in use, or 0") {
  CallIds ids(seeded());
  CHECK(ids.take(CallId{4242}));
  CHECK_FALSE(ids.take(CallId{4242}));
  CHECK_FALSE(ids.take(CallId{0}));
  ids.release(CallId{4242});
  CHECK(ids.take(CallId{4242}));
}

TEST_CASE("an id that somebody wanted is passed over") {
  CallIds ids(stuttering());
  ids.take(CallId{1});
  ids.take(CallId{2});
  CHECK(ids.take() == CallId{3});
}

TEST_CASE("an id that nobody has may be released") {
  CallIds ids(seeded());
  ids.release(CallId{9});
  CHECK(ids.in_use() == 0);
}

// SPDX-License-Identifier: GPL-2.0-or-later
// Which call a message of the server is about.
#include "callmgr/control/call_table.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

const TimePoint kStart{std::chrono::hours(1000)};

Call& add(CallTable& table, unsigned id) {
  auto* call = table.add({.call_id = CallId{static_cast<uint16_t>(id)}}, kStart);
  REQUIRE(call);
  return *call;
}

}  // namespace

TEST_CASE("a call is found by our id, and gone when removed") {
  CallTable table;
  add(table, 5);
  REQUIRE(table.find(CallId{5}));
  CHECK(table.find(CallId{5})->id() == CallId{5});
  CHECK_FALSE(table.find(CallId{6}));
  table.remove(CallId{5});
  CHECK_FALSE(table.find(CallId{5}));
  CHECK(table.empty());
}

TEST_CASE("an id that is there already is not added again") {
  CallTable table;
  add(table, 5).learn_peer(CallId{9});
  CHECK_FALSE(table.add({.call_id = CallId{5}}, kStart));
  CHECK(table.find(CallId{5})->knows_peer());
}

TEST_CASE("the call that a server ends is found by its id, by ours, and by both byte-swapped") {
  CallTable table;
  add(table, 0x0304).learn_peer(CallId{0x0102});
  for (CallId id : {CallId{0x0102}, CallId{0x0201}, CallId{0x0304}, CallId{0x0403}})
    CHECK(table.find_by_any(id) == table.find(CallId{0x0304}));
  CHECK_FALSE(table.find_by_any(CallId{0x0305}));
}

TEST_CASE("the server's id comes first, then ours, then what is byte-swapped") {
  CallTable table;
  add(table, 1).learn_peer(CallId{0x0102});
  add(table, 2).learn_peer(CallId{0x0201});
  add(table, 0x0102).learn_peer(CallId{0x0500});
  add(table, 0x0005).learn_peer(CallId{0x0600});
  CHECK(table.find_by_any(CallId{0x0201}) == table.find(CallId{2}));
  CHECK(table.find_by_any(CallId{0x0102}) == table.find(CallId{1}));
  CHECK(table.find_by_any(CallId{0x0005}) == table.find(CallId{0x0005}));
  CHECK(table.find_by_any(CallId{0x0500}) == table.find(CallId{0x0102}));
}

TEST_CASE("the id 0 means the only call, unless the server has a call of that id") {
  CallTable table;
  CHECK_FALSE(table.find_by_any(CallId{0}));
  add(table, 1).learn_peer(CallId{9});
  CHECK(table.find_by_any(CallId{0}) == table.find(CallId{1}));
  add(table, 2);
  CHECK_FALSE(table.find_by_any(CallId{0}));
  table.find(CallId{2})->learn_peer(CallId{0});
  CHECK(table.find_by_any(CallId{0}) == table.find(CallId{2}));
}

TEST_CASE("the only call there ever was is meant by an answer that names none") {
  CallTable table;
  CHECK_FALSE(table.sole_unanswered());
  add(table, 1);
  CHECK(table.sole_unanswered() == table.find(CallId{1}));
  table.find(CallId{1})->learn_peer(CallId{9});
  CHECK_FALSE(table.sole_unanswered());
}

TEST_CASE("a call that had a predecessor is not meant: the answer may be late") {
  CallTable table;
  add(table, 1);
  table.remove(CallId{1});
  add(table, 2);
  CHECK_FALSE(table.sole_unanswered());
}

TEST_CASE("a call cleared before its reply is the one that an unknown notice is about") {
  CallTable table;
  add(table, 1);
  add(table, 2);
  CHECK_FALSE(table.find_cleared_early());
  table.find(CallId{2})->clear(kStart);
  CHECK(table.find_cleared_early() == table.find(CallId{2}));
  table.find(CallId{2})->learn_peer(CallId{9});
  CHECK_FALSE(table.find_cleared_early());
}

TEST_CASE("the deadline is that of the call that is due first") {
  CallTable table;
  CHECK_FALSE(table.deadline());
  table.add({.call_id = CallId{1}, .reply_timeout = Duration(500)}, kStart);
  table.add({.call_id = CallId{2}, .reply_timeout = Duration(300)}, kStart);
  CHECK(table.deadline() == kStart + Duration(300));
  table.find(CallId{2})->connected({.call_id = CallId{9}});
  CHECK(table.deadline() == kStart + Duration(500));
}

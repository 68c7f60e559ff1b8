// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/subordinate_uids.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

TEST_CASE("the uids of user namespaces are those of subuid(5)") {
  SubordinateUids uids("alice:100000:65536\nbob:300000:1\n");
  for (uid_t uid : {100'000u, 165'535u, 300'000u}) CHECK(uids.contain(uid));
  for (uid_t uid : {0u, 1000u, 99'999u, 165'536u, 300'001u}) CHECK_FALSE(uids.contain(uid));
}

TEST_CASE("a line that is none of these is passed over, and root is never subordinate") {
  SubordinateUids uids(
      "\n:\n# x:1:2\nx:y:z\nx:5\nx:0:100\nx:7:0\nx:8:-1\nx:9:1:1\nz:4294967290:100");
  CHECK(uids.contain(4'294'967'294));
  CHECK_FALSE(uids.contain(4'294'967'295));
  for (uid_t uid = 0; uid < 200; uid++) CHECK_FALSE(uids.contain(uid));
  CHECK_FALSE(SubordinateUids("").contain(1));
}

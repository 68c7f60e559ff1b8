// SPDX-License-Identifier: GPL-2.0-or-later
// In which order the servers of a tunnel are tried.
#include "gre/pptp/server_order.hh"

#include <algorithm>
#include <set>

#include "tests/unit/catch.hh"

using namespace callgate;
using Names = std::vector<std::string>;

TEST_CASE("servers that were not tried lately come in the given order") {
  CHECK(server_order({"a", "b", "c"}, {}, 1000, nullptr) == Names{"a", "b", "c"});
  CHECK(server_order({"a", "b"}, {{1000 - kServerPause, 1, "a"}}, 1000, nullptr) ==
        Names{"a", "b"});
}

TEST_CASE(
    "a server that was tried within the pause comes last, and the last one after all others") {
  CHECK(server_order({"a", "b", "c"}, {{1001 - kServerPause, 1, "a"}}, 1000, nullptr) ==
        Names{"b", "c", "a"});
  CHECK(server_order({"a", "b", "c"}, {{1000, 1, "b"}, {1000, 1, "a"}}, 1000, nullptr) ==
        Names{"c", "b", "a"});
}

TEST_CASE("a time in the future, of an earlier boot, is no time at which a server was tried") {
  CHECK(server_order({"a", "b"}, {{2000, 1, "a"}}, 1000, nullptr) == Names{"a", "b"});
}

TEST_CASE("spread begins with each server at some time, and still after one that rests") {
  std::mt19937 random(1);
  std::set<std::string> first;
  for (int i = 0; i < 100; i++) {
    auto order = server_order({"a", "b", "c"}, {{1000, 1, "b"}}, 1000, &random);
    first.insert(order.front());
    CHECK(order.back() == "b");
  }
  CHECK(first == std::set<std::string>{"a", "c"});
}

TEST_CASE("what was tried is remembered over the end of a process, each server once") {
  TriedServers tried{{5, 7, "a"}, {6, 7, "vpn.example.net"}};
  CHECK(parse_tried_servers(tried_servers_text(tried)) == tried);
  CHECK(with_tried(tried, {9, 8, "a"}) == TriedServers{{6, 7, "vpn.example.net"}, {9, 8, "a"}});
}

TEST_CASE("lines that are none of ours are ignored") {
  CHECK(parse_tried_servers("\n7\n7 8\n7 8 \nx 8 a\n7 -1 a\n99999999999999999999999 1 a\n7 8 a") ==
        TriedServers{{7, 8, "a"}});
  CHECK(tried_servers_text({{1, 2, "a\nb"}}) == "");
}

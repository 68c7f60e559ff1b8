// SPDX-License-Identifier: GPL-2.0-or-later
// pppd and pptp must agree on framing, and the first bytes show whether they do.
#include "gre/pppd_mode.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

TEST_CASE("framing where there should be none is noticed") {
  CHECK(mode_difference(true, hex("7E FF 7D 23 C0 21")).find("leave out --sync") !=
        std::string_view::npos);
}

TEST_CASE("LCP without framing where there should be some is noticed") {
  CHECK(mode_difference(false, hex("FF 03 C0 21 01 01 00 04")).find("give pptp --sync") !=
        std::string_view::npos);
}

TEST_CASE("nothing is said where both sides agree, or nothing can be told") {
  CHECK(mode_difference(true, hex("FF 03 C0 21 01 01")).empty());
  CHECK(mode_difference(false, hex("7E FF 7D 23 C0 21")).empty());
  CHECK(mode_difference(false, hex("FF 03 C0")).empty());
  CHECK(mode_difference(false, {}).empty());
  CHECK(mode_difference(true, {}).empty());
}

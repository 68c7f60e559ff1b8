// SPDX-License-Identifier: GPL-2.0-or-later
// The values of options: the whole text is one, or it is none.
#include "common/command_line/values.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

TEST_CASE("a whole number consists of digits and is within its range") {
  CHECK(whole_number("1", 1, 60) == 1u);
  CHECK(whole_number("60", 1, 60) == 60u);
  CHECK(whole_number("010", 1, 60) == 10u);
  CHECK(whole_number("18446744073709551615", 0, UINT64_MAX) == UINT64_MAX);
  CHECK(whole_number("fF", 0, 255, 16) == 255u);
  for (auto text : {"", "0", "61", "-1", "+1", "1x", "0x1", " 1", "1 ", "99999999999999999999"})
    CHECK_FALSE(whole_number(text, 1, 60));
}

TEST_CASE("seconds have a fraction or none, and become milliseconds") {
  CHECK(milliseconds("0.01", 0.01, 10) == 10u);
  CHECK(milliseconds(".25", 0.01, 10) == 250u);
  CHECK(milliseconds("10", 0.01, 10) == 10'000u);
  CHECK(milliseconds("0.0015", 0, 1) == 2u);
  for (auto text : {"", "0", "10.001", "-1", "1e1", "nan", "inf", "0x1", "1s", " 1"})
    CHECK_FALSE(milliseconds(text, 0.01, 10));
}

TEST_CASE("--loglevel of pptp-linux becomes a level of ours") {
  CHECK(loglevel("0") == log::Level::warning);
  CHECK(loglevel("1") == log::Level::notice);
  CHECK(loglevel("2") == log::Level::debug);
  for (auto text : {"3", "-1", "high", ""}) CHECK_FALSE(loglevel(text));
}

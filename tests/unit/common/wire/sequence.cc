// SPDX-License-Identifier: GPL-2.0-or-later
// Wrap-safe comparison of GRE sequence numbers (RFC 2637 section 4.1).
#include "common/wire/ids.hh"
#include "tests/unit/catch.hh"

using callgate::Sequence;

TEST_CASE("a later sequence number is ahead of an earlier one") {
  CHECK(Sequence{5} - Sequence{3} == 2);
  CHECK(Sequence{3} - Sequence{5} == -2);
  CHECK(Sequence{7} - Sequence{7} == 0);
}

TEST_CASE("sequence numbers compare across the wrap") {
  Sequence last{0xFFFFFFFF};
  CHECK(last + 1 == Sequence{0});
  CHECK(Sequence{0} - last == 1);
  CHECK(last - Sequence{0} == -1);
  CHECK(Sequence{2} - Sequence{0xFFFFFFFD} == 5);
  CHECK(Sequence{0xFFFFFFFD} - Sequence{2} == -5);
}

TEST_CASE("half the sequence space ahead is still ahead, one more is behind") {
  CHECK(Sequence{0x7FFFFFFF} - Sequence{0} == INT32_MAX);
  CHECK(Sequence{0x80000001} - Sequence{0} == -INT32_MAX);
  CHECK(Sequence{0x10 + 0x7FFFFFFFU} - Sequence{0x10} > 0);
  CHECK(Sequence{0x10 + 0x80000000U} - Sequence{0x10} < 0);
}

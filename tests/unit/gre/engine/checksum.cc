// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/checksum.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/gre/engine/tcp_packets.hh"

using namespace callgate;
using namespace callgate::test;

TEST_CASE("a sum is the naive one for every length and place, and bytes are copied on the way") {
  Bytes all = payload(4096);
  for (size_t size = 0; size < 1600; size++)
    for (size_t at : {0u, 1u, 7u}) {
      auto bytes = ByteSpan(all).subspan(at, size);
      uint8_t stored[2];
      put_sum(stored, folded(add_up(bytes)));
      REQUIRE(word(stored, 0) == naive_fold(naive_sum(bytes)));
      Bytes copy(size);
      REQUIRE(folded(copy_and_add_up(bytes, copy.data())) == folded(add_up(bytes)));
      REQUIRE(std::ranges::equal(copy, bytes));
    }
}

TEST_CASE("the largest sums do not overflow") {
  Bytes all(65536, 0xFF);
  CHECK(folded(add_up(all)) == 0xFFFF);
  CHECK(folded(UINT64_MAX) == 0xFFFF);
  CHECK(folded(uint64_t{UINT32_MAX} << 32 | 0xFFFF) == 0xFFFF);
  CHECK(folded(add_up(Bytes(100), as_in_memory(0x1234))) == as_in_memory(0x1234));
}

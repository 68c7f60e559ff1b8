// SPDX-License-Identifier: GPL-2.0-or-later
// Our RC4 against nettle's.
#include "ppp/rc4.hh"

#include <nettle/arcfour.h>

#include <random>

#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::ppp;

TEST_CASE("RC4 equals nettle's for every length of key and text, in pieces of any size") {
  std::mt19937 random(4711);
  auto bytes = [&](size_t count) {
    Bytes out(count);
    for (uint8_t& byte : out) byte = static_cast<uint8_t>(random());
    return out;
  };
  for (size_t key_size : {1, 5, 8, 16, 255, 256})
    for (size_t size = 0; size < 1600; size += 1 + size / 8) {
      Bytes key = bytes(key_size), text = bytes(size), expected(size), got(size);
      arcfour_ctx reference;
      arcfour_set_key(&reference, key.size(), key.data());
      arcfour_crypt(&reference, size, expected.data(), text.data());
      Rc4 ours(key);
      size_t piece = random() % (size + 1);
      ours.apply(ByteSpan(text).first(piece), got.data());
      ours.apply(ByteSpan(text).subspan(piece), got.data() + piece);
      REQUIRE(got == expected);
      ours.set_key(key);
      ours.apply(text, text.data());  // in place
      REQUIRE(text == expected);
    }
}

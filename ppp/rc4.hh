// SPDX-License-Identifier: GPL-2.0-or-later
// RC4, the cipher of MPPE (RFC 3078). It is broken, and it is what the servers speak.
//
// It is our own and not nettle's for speed: nettle's key set-up takes 1.8 us, and stateless MPPE
// sets two keys for each packet. tests/unit/ppp/rc4.cc compares both.
#pragma once

#include "common/wire/bytes.hh"

namespace callgate::ppp {

class Rc4 {
 public:
  explicit Rc4(ByteSpan key) { set_key(key); }

  void set_key(ByteSpan key);  // 1 to 256 bytes
  void apply(ByteSpan from, uint8_t* to);

 private:
  std::array<uint32_t, 256> state_;  // words are quicker than bytes
  uint32_t i_ = 0, j_ = 0;
};

}  // namespace callgate::ppp

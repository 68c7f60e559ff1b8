// SPDX-License-Identifier: GPL-2.0-or-later
// RC4, the cipher of MPPE (RFC 3078). It is broken, and it is what the servers speak.
//
// It is our own and not nettle's for speed: nettle's key set-up takes 1.8 us, and stateless MPPE
// sets two keys for each packet. Besides, one RC4 waits for its own stores most of the time, so two
// that run in lockstep take little longer than one (rc4_lanes.hh). tests/unit/ppp/rc4.cc compares
// all of it with nettle.
#pragma once

#include "common/wire/bytes.hh"

namespace callgate::ppp {

class Rc4 {
 public:
  Rc4() = default;  // has no key yet
  explicit Rc4(ByteSpan key) { set_key(key); }

  void set_key(ByteSpan key);  // 1 to 256 bytes
  void apply(ByteSpan from, uint8_t* to);

  // Sets the keys of two ciphers in lockstep. Both keys are equally long.
  static void set_keys(Rc4& one, ByteSpan key, Rc4& other, ByteSpan other_key);

 private:
  friend class Rc4Lanes;

  void clear();

  std::array<uint32_t, 256> state_;  // words are quicker than bytes
  uint32_t i_, j_;
};

}  // namespace callgate::ppp

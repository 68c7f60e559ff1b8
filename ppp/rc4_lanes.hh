// SPDX-License-Identifier: GPL-2.0-or-later
// Applies RC4 to several independent texts in lockstep. Each text is in a lane, and a lane whose
// text ends takes the next one, whatever the others do.
#pragma once

#include "ppp/rc4.hh"

namespace callgate::ppp {

class Rc4Lanes {
 public:
  static constexpr size_t kLanes = 2;  // more are not faster: scripts/bench/mppe.cc measures it

  // Returns the cipher of a vacant lane. If there is none, this works until a text is done. The
  // caller sets a key and calls start().
  Rc4& vacant();
  // Adds a text to the vacant lane. `to` may be the same memory as `from`.
  void start(ByteSpan from, uint8_t* to);
  // Works until all texts are done.
  void finish();

 private:
  struct Text {
    const uint8_t* from;
    uint8_t* to;
    size_t left;  // bytes
  };

  void work();
  template <size_t Lanes>
  void work(size_t bytes);

  std::array<Rc4, kLanes> ciphers_;
  std::array<Text, kLanes> texts_;
  size_t busy_ = 0;  // lanes; the vacant ones are the last
};

}  // namespace callgate::ppp

// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/rc4_lanes.hh"

#include <bit>
#include <cstring>

namespace callgate::ppp {
namespace {

constexpr size_t kBlock = sizeof(uint64_t);

// XORs a block of a text with eight bytes of the keystream, the first in the lowest bits.
void apply_block(uint64_t keystream, const uint8_t* from, uint8_t* to) {
  uint64_t block;
  std::memcpy(&block, from, kBlock);
  if constexpr (std::endian::native == std::endian::big) keystream = __builtin_bswap64(keystream);
  block ^= keystream;
  std::memcpy(to, &block, kBlock);
}

}  // namespace

Rc4& Rc4Lanes::vacant() {
  if (busy_ == kLanes) work();
  return ciphers_[busy_];
}

void Rc4Lanes::start(ByteSpan from, uint8_t* to) {
  texts_[busy_++] = {from.data(), to, from.size()};
}

void Rc4Lanes::finish() {
  static_assert(kLanes == 2);  // fewer than all lanes are one

  while (busy_ > 0) work();
}

// Works until the shortest text is done. The last busy lane moves to each lane that becomes vacant.
void Rc4Lanes::work() {
  size_t bytes = texts_[0].left;
  for (size_t lane = 1; lane < busy_; lane++) bytes = std::min(bytes, texts_[lane].left);
  busy_ == kLanes ? work<kLanes>(bytes) : work<1>(bytes);
  for (size_t lane = busy_; lane-- > 0;) {
    if (texts_[lane].left > 0) continue;
    if (lane != --busy_) ciphers_[lane] = ciphers_[busy_], texts_[lane] = texts_[busy_];
  }
}

// The steps of the lanes alternate, so that each has time to store its words before its next step
// loads them. The bytes of the keystream are collected in a register, because each store costs.
template <size_t Lanes>
void Rc4Lanes::work(size_t bytes) {
  std::array<uint32_t, Lanes> i, j;
  std::array<uint64_t, Lanes> keystream;
  for (size_t lane = 0; lane < Lanes; lane++)
    i[lane] = ciphers_[lane].i_, j[lane] = ciphers_[lane].j_;
  auto step = [&](unsigned shift) {
#pragma GCC unroll 2
    for (size_t lane = 0; lane < Lanes; lane++) {
      uint32_t* state = ciphers_[lane].state_.data();
      i[lane] = (i[lane] + 1) & 0xFF;
      uint32_t a = state[i[lane]];
      j[lane] = (j[lane] + a) & 0xFF;
      uint32_t b = state[j[lane]];
      state[i[lane]] = b;
      state[j[lane]] = a;
      keystream[lane] |= uint64_t{state[(a + b) & 0xFF]} << shift;
    }
  };
  size_t at = 0;
  for (; at + kBlock <= bytes; at += kBlock) {
    keystream = {};
#pragma GCC unroll 8
    for (unsigned n = 0; n < kBlock; n++) step(8 * n);
    for (size_t lane = 0; lane < Lanes; lane++)
      apply_block(keystream[lane], texts_[lane].from + at, texts_[lane].to + at);
  }
  for (; at < bytes; at++) {
    keystream = {};
    step(0);
    for (size_t lane = 0; lane < Lanes; lane++)
      texts_[lane].to[at] = static_cast<uint8_t>(texts_[lane].from[at] ^ keystream[lane]);
  }
  for (size_t lane = 0; lane < Lanes; lane++) {
    ciphers_[lane].i_ = i[lane], ciphers_[lane].j_ = j[lane];
    Text& text = texts_[lane];
    text = {text.from + bytes, text.to + bytes, text.left - bytes};
  }
}

}  // namespace callgate::ppp

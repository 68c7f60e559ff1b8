// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/rc4.hh"

#include <numeric>

namespace callgate::ppp {
namespace {

template <size_t Count>
void mix(const std::array<uint32_t*, Count>& states, const std::array<const uint8_t*, Count>& keys,
         size_t key_size) {
  std::array<uint32_t, Count> j{};
  size_t k = 0;
  for (size_t i = 0; i < 256; i++) {
    for (size_t n = 0; n < Count; n++) {
      uint32_t* state = states[n];
      uint32_t word = state[i];
      j[n] = (j[n] + word + keys[n][k]) & 0xFF;
      state[i] = state[j[n]];
      state[j[n]] = word;
    }
    if (++k == key_size) k = 0;
  }
}

}  // namespace

void Rc4::clear() {
  std::iota(state_.begin(), state_.end(), 0);
  i_ = j_ = 0;
}

void Rc4::set_key(ByteSpan key) {
  clear();
  mix<1>({state_.data()}, {key.data()}, key.size());
}

void Rc4::set_keys(Rc4& one, ByteSpan key, Rc4& other, ByteSpan other_key) {
  one.clear();
  other.clear();
  mix<2>({one.state_.data(), other.state_.data()}, {key.data(), other_key.data()}, key.size());
}

void Rc4::apply(ByteSpan from, uint8_t* to) {
  uint32_t i = i_, j = j_;
  for (uint8_t byte : from) {
    i = (i + 1) & 0xFF;
    uint32_t a = state_[i];
    j = (j + a) & 0xFF;
    uint32_t b = state_[j];
    state_[i] = b;
    state_[j] = a;
    *to++ = static_cast<uint8_t>(byte ^ state_[(a + b) & 0xFF]);
  }
  i_ = i;
  j_ = j;
}

}  // namespace callgate::ppp

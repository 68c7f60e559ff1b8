// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/rc4.hh"

namespace callgate::ppp {

void Rc4::set_key(ByteSpan key) {
  for (uint32_t n = 0; n < state_.size(); n++) state_[n] = n;
  uint32_t j = 0;
  size_t k = 0;
  for (uint32_t& word : state_) {
    j = (j + word + key[k]) & 0xFF;
    std::swap(word, state_[j]);
    if (++k == key.size()) k = 0;
  }
  i_ = j_ = 0;
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

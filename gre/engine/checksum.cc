// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/checksum.hh"

#include <arpa/inet.h>

#include <cstring>

namespace callgate {
namespace {

// Adds eight bytes at a time. The two halves of a word have a sum each, so that no carry is lost
// and neither sum has to wait for the other.
template <typename Word>
uint64_t sum_of_words(size_t size, uint64_t sum, Word word) {
  uint64_t high = 0;
  size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    uint64_t eight = word(at, 8);
    sum += eight & UINT32_MAX;
    high += eight >> 32;
  }
  if (at < size) {
    uint64_t rest = word(at, size - at);
    sum += rest & UINT32_MAX;
    high += rest >> 32;
  }
  return sum + high;
}

}  // namespace

uint64_t add_up(ByteSpan bytes, uint64_t sum) {
  return sum_of_words(bytes.size(), sum, [&](size_t at, size_t size) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, size);
    return word;
  });
}

uint64_t copy_and_add_up(ByteSpan bytes, uint8_t* to) {
  return sum_of_words(bytes.size(), 0, [&](size_t at, size_t size) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, size);
    std::memcpy(to + at, &word, size);
    return word;
  });
}

uint16_t as_in_memory(uint16_t value) {
  return htons(value);
}

uint16_t folded(uint64_t sum) {
  sum = (sum & UINT32_MAX) + (sum >> 32);
  while (sum > UINT16_MAX) sum = (sum & UINT16_MAX) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

uint16_t word_at(ByteSpan bytes, size_t at) {
  return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

void put_word(uint8_t* to, uint16_t value) {
  to[0] = static_cast<uint8_t>(value >> 8);
  to[1] = static_cast<uint8_t>(value);
}

void put_sum(uint8_t* to, uint16_t sum) {
  std::memcpy(to, &sum, sizeof sum);
}

}  // namespace callgate

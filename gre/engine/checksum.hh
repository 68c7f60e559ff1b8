// SPDX-License-Identifier: GPL-2.0-or-later
// The checksum of IP, TCP and UDP (RFC 1071). Sums are in the byte order of the host's memory, so
// that no word has to be swapped: the folded sum is stored as it is.
#pragma once

#include "common/wire/bytes.hh"

namespace callgate {

// Returns the sum of these bytes and `sum`. The bytes begin at an even place of what is summed, and
// are fewer than 2^32.
uint64_t add_up(ByteSpan bytes, uint64_t sum = 0);

// The same, and copies them.
uint64_t copy_and_add_up(ByteSpan bytes, uint8_t* to);

// A value of a header as it counts in a sum.
uint16_t as_in_memory(uint16_t value);

// The sum in 16 bits; 0xFFFF if what was summed has a right checksum in it.
uint16_t folded(uint64_t sum);

uint16_t word_at(ByteSpan bytes, size_t at);  // in network byte order
void put_word(uint8_t* to, uint16_t value);   // in network byte order
// Stores a sum, as folded() returns it.
void put_sum(uint8_t* to, uint16_t sum);

}  // namespace callgate

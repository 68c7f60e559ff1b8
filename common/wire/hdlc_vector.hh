// SPDX-License-Identifier: GPL-2.0-or-later
// The parts of the HDLC codec on vectors of 16 bytes that are alike for all processors. hdlc_x86.cc
// and hdlc_neon.cc include it and give the instructions as static members of a class `Simd`.
#pragma once

#include "common/wire/hdlc.hh"

// Who includes this says which instructions the functions may use, beyond what every processor of
// the kind has: the FCS's, and the others. So the rest of the program asks for nothing special.
#if !defined(CALLGATE_FCS) || !defined(CALLGATE_VECTOR)
#error "CALLGATE_FCS and CALLGATE_VECTOR are attributes of functions, or empty"
#endif
// Such a function becomes a part of its caller and uses the instructions that are allowed there. On
// x86 a loop that mixes instructions of AVX with older ones is many times slower than either.
#define CALLGATE_PART __attribute__((always_inline)) inline

namespace callgate {
namespace {

constexpr size_t kBlock = 16;                         // bytes
constexpr uint64_t kOneOfEight = 0x8040201008040201;  // another bit in each byte

// --- frame check sequence -----------------------------------------------------------------------
// The FCS is the remainder of a polynomial over GF(2). So 16 bytes may be replaced by other bytes
// nearer to the end that have the same remainder ("Fast CRC Computation for Generic Polynomials
// Using PCLMULQDQ Instruction", Intel 2009). The two halves of a block are multiplied, each by its
// own factor, and added to a later block, until 16 bytes are left.

constexpr size_t kLanes = 4;  // blocks at once, which do not wait for each other

// x^n modulo the FCS's polynomial, as a factor for 64 bits in the FCS's order, where x^0 is the
// highest bit. The product of two such numbers is one bit too low. Therefore this uses n - 1.
consteval uint64_t factor(size_t n) {
  uint16_t power = 0x8000;
  for (size_t i = 0; i < n - 1; i++)
    power = static_cast<uint16_t>(power & 1 ? power >> 1 ^ 0x8408 : power >> 1);
  return uint64_t{power} << 48;
}

// Simd::fold() moves a block to the place of another one and adds that. The two factors are for the
// first half of the block, which is 64 bits before the second half, and for the second half.
template <typename Simd>
CALLGATE_FCS typename Simd::Block fold_lanes(typename Simd::Block start, const uint8_t* in,
                                             size_t blocks) {
  const auto far = Simd::pair(factor(kLanes * 128 + 64), factor(kLanes * 128));
  const auto near = Simd::pair(factor(128 + 64), factor(128));
  auto block = [in](size_t i) CALLGATE_FCS { return Simd::load(in + i * kBlock); };
  auto sum = start;
  size_t i = 1;
  if (blocks >= 2 * kLanes) {
    auto a = start, b = block(1), c = block(2), d = block(3);
    for (i = kLanes; i + kLanes <= blocks; i += kLanes) {
      a = Simd::fold(a, far, block(i));
      b = Simd::fold(b, far, block(i + 1));
      c = Simd::fold(c, far, block(i + 2));
      d = Simd::fold(d, far, block(i + 3));
    }
    sum = Simd::fold(Simd::fold(Simd::fold(a, near, b), near, c), near, d);
  }
  for (; i < blocks; i++) sum = Simd::fold(sum, near, block(i));
  return sum;
}

template <typename Simd>
CALLGATE_FCS uint16_t folded_fcs(uint16_t fcs, ByteSpan data) {
  size_t odd = data.size() % kBlock;
  fcs = plain_fcs(fcs, data.first(odd));
  data = data.subspan(odd);
  if (data.empty()) return fcs;
  auto start = Simd::add_to_start(Simd::load(data.data()), fcs);
  alignas(kBlock) std::array<uint8_t, kBlock> rest;
  Simd::store(rest.data(), fold_lanes<Simd>(start, data.data(), data.size() / kBlock));
  return plain_fcs(0, rest);
}

// --- escaping -----------------------------------------------------------------------------------
// This handles eight bytes at a time, without a branch. For each set of bytes to escape, a table
// tells where the eight bytes go, and where the escapes go.

constexpr uint8_t kEscapeHere = 0x80;  // an index that no byte has

consteval std::array<std::array<uint8_t, 16>, 256> make_expansions() {
  std::array<std::array<uint8_t, 16>, 256> table{};
  for (size_t escapes = 0; escapes < 256; escapes++) {
    size_t at = 0;
    for (uint8_t i = 0; i < 8; i++) {
      if (escapes >> i & 1) table[escapes][at++] = kEscapeHere;
      table[escapes][at++] = i;
    }
  }
  return table;
}
alignas(16) constexpr auto kExpansions = make_expansions();

// Writes the lower eight bytes of `flipped`.
template <typename Simd>
CALLGATE_VECTOR CALLGATE_PART uint8_t* put_expanded(typename Simd::Block flipped, uint32_t escapes,
                                                    uint8_t* out) {
  Simd::store(out, Simd::expand(flipped, Simd::load(kExpansions[escapes].data())));
  return out + 8 + Simd::ones(escapes);
}

template <typename Simd>
CALLGATE_VECTOR CALLGATE_PART uint8_t* escape_block(typename Simd::Block bytes,
                                                    typename Simd::Block rows, uint8_t* out) {
  auto found = Simd::find_escapes(bytes, rows);
  if (Simd::any(found, found) == 0) {
    Simd::store(out, bytes);
    return out + kBlock;
  }
  uint32_t escapes = Simd::mask(found);
  auto flipped = Simd::flip(bytes, found);
  out = put_expanded<Simd>(flipped, escapes & 0xFF, out);
  return put_expanded<Simd>(Simd::upper_eight(flipped), escapes >> 8, out);
}

template <typename Simd>
CALLGATE_VECTOR uint8_t* escape_blocks(ByteSpan data, const EscapeSet& set, uint8_t* out) {
  const auto rows = Simd::load(set.rows.data());
  for (; data.size() >= kBlock; data = data.subspan(kBlock))
    out = escape_block<Simd>(Simd::load(data.data()), rows, out);
  return plain_escape(data, set, out);
}

// --- unescaping ---------------------------------------------------------------------------------

consteval std::array<std::array<uint8_t, 8>, 256> make_compactions() {
  std::array<std::array<uint8_t, 8>, 256> table{};
  for (size_t kept = 0; kept < 256; kept++) {
    size_t at = 0;
    for (uint8_t i = 0; i < 8; i++)
      if (kept >> i & 1) table[kept][at++] = i;
  }
  return table;
}
alignas(16) constexpr auto kCompactions = make_compactions();

// Writes those of the lower eight bytes that are kept.
template <typename Simd>
CALLGATE_VECTOR CALLGATE_PART uint8_t* put_compacted(typename Simd::Block bytes, uint32_t kept,
                                                     uint8_t* out) {
  Simd::store_eight(out, bytes, kCompactions[kept].data());
  return out + Simd::ones(kept);
}

template <typename Simd>
CALLGATE_VECTOR Unescaped unescape_blocks(ByteSpan data, bool escaped, uint8_t* out) {
  const uint8_t* begin = out;
  size_t at = 0;
  auto before = Simd::all(escaped ? 0xFF : 0);  // which bytes of the last block were escapes
  for (; at + kBlock <= data.size(); at += kBlock) {
    auto bytes = Simd::load(data.data() + at);
    auto found = Simd::equal(bytes, Simd::all(kHdlcEscape));
    auto found_flags = Simd::equal(bytes, Simd::all(kHdlcFlag));
    if ((Simd::any(found, found_flags) | uint32_t{escaped}) == 0) {  // one branch in place of two
      Simd::store(out, bytes);
      out += kBlock;
      before = found;
      continue;
    }
    uint32_t escapes = Simd::mask(found), flags = Simd::mask(found_flags);
    auto flipped = Simd::flip(bytes, Simd::one_later(before, found));
    auto size = static_cast<size_t>(__builtin_ctz(flags | 1u << kBlock));  // bytes before the flag
    uint32_t kept = ~escapes & ((1u << size) - 1);
    out = put_compacted<Simd>(flipped, kept & 0xFF, out);
    out = put_compacted<Simd>(Simd::upper_eight(flipped), kept >> 8, out);
    if (size > 0) escaped = escapes >> (size - 1) & 1;
    if (flags) return {at + size, static_cast<size_t>(out - begin), escaped};
    before = found;
  }
  auto rest = plain_unescape(data.subspan(at), escaped, out);
  return {at + rest.taken, static_cast<size_t>(out - begin) + rest.written, rest.escaped};
}

}  // namespace
}  // namespace callgate

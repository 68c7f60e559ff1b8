// SPDX-License-Identifier: GPL-2.0-or-later
// The HDLC codec with the vector instructions of x86: SSSE3 with PCLMULQDQ, and AVX2 beside them.
// Each function says what it needs, so that the rest of the program asks for nothing special.
#include "common/hdlc.hh"
#include "common/hdlc_codec.hh"

#if defined(__x86_64__)
#include <immintrin.h>

#include <cstring>

#define CALLGATE_SSE __attribute__((target("ssse3,pclmul,popcnt")))
// Becomes a part of whoever calls it, with the instructions that are allowed there: mixing those
// before AVX with those of AVX in one loop is many times slower than either.
#define CALLGATE_PART CALLGATE_SSE __attribute__((always_inline)) inline
#define CALLGATE_AVX2 __attribute__((target("avx2,pclmul,popcnt")))

namespace callgate {
namespace {

// --- frame check sequence -----------------------------------------------------------------------
// The FCS is the remainder of a polynomial over GF(2), and 16 bytes that stand n bits before the
// end may be replaced by anything with the same remainder further on ("Fast CRC Computation for
// Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009). So a block is multiplied, its two
// halves by themselves, and added to a later one, until 16 bytes are left.

constexpr size_t kBlock = 16;  // bytes
constexpr size_t kLanes = 4;   // blocks at once: they do not wait for each other

// x^n modulo the FCS's polynomial, as a factor for 64 bits in the FCS's order: x^0 is the highest
// bit. The product of two such numbers comes out one bit too low, hence n - 1.
consteval int64_t factor(unsigned n) {
  uint16_t power = 0x8000;
  for (unsigned i = 0; i < n - 1; i++)
    power = static_cast<uint16_t>(power & 1 ? power >> 1 ^ 0x8408 : power >> 1);
  return static_cast<int64_t>(uint64_t{power} << 48);
}

CALLGATE_PART __m128i load(const uint8_t* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

CALLGATE_PART void store(uint8_t* at, __m128i block) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(at), block);
}

// Moves a block to where `next` is: the first half stands 64 bits before the second.
CALLGATE_PART __m128i fold(__m128i block, __m128i factors, __m128i next) {
  __m128i first = _mm_clmulepi64_si128(block, factors, 0x00);
  __m128i second = _mm_clmulepi64_si128(block, factors, 0x11);
  return _mm_xor_si128(_mm_xor_si128(first, second), next);
}

CALLGATE_SSE __m128i fold_lanes(__m128i start, const uint8_t* in, size_t blocks) {
  const __m128i far = _mm_set_epi64x(factor(kLanes * 128), factor(kLanes * 128 + 64));
  const __m128i near = _mm_set_epi64x(factor(128), factor(128 + 64));
  __m128i sum = start;
  size_t i = 1;
  if (blocks >= 2 * kLanes) {
    __m128i a = start, b = load(in + kBlock), c = load(in + 2 * kBlock), d = load(in + 3 * kBlock);
    for (i = kLanes; i + kLanes <= blocks; i += kLanes) {
      a = fold(a, far, load(in + i * kBlock));
      b = fold(b, far, load(in + (i + 1) * kBlock));
      c = fold(c, far, load(in + (i + 2) * kBlock));
      d = fold(d, far, load(in + (i + 3) * kBlock));
    }
    sum = fold(fold(fold(a, near, b), near, c), near, d);
  }
  for (; i < blocks; i++) sum = fold(sum, near, load(in + i * kBlock));
  return sum;
}

CALLGATE_SSE uint16_t sse_fcs(uint16_t fcs, ByteSpan data) {
  size_t odd = data.size() % kBlock;
  fcs = plain_fcs(fcs, data.first(odd));
  data = data.subspan(odd);
  if (data.empty()) return fcs;
  __m128i start = _mm_xor_si128(load(data.data()), _mm_cvtsi32_si128(fcs));
  alignas(16) std::array<uint8_t, kBlock> rest;
  store(rest.data(), fold_lanes(start, data.data(), data.size() / kBlock));
  return plain_fcs(0, rest);
}

// --- escaping -----------------------------------------------------------------------------------
// Eight bytes at a time, without a branch: a table says for each set of bytes to be escaped where
// the eight go, and where an escape goes.

constexpr uint8_t kNothing = 0x80;  // as an index: yields 0

consteval std::array<std::array<uint8_t, 16>, 256> make_expansions() {
  std::array<std::array<uint8_t, 16>, 256> table{};
  for (size_t escapes = 0; escapes < 256; escapes++) {
    size_t at = 0;
    for (uint8_t i = 0; i < 8; i++) {
      if (escapes >> i & 1) table[escapes][at++] = kNothing;
      table[escapes][at++] = i;
    }
  }
  return table;
}
alignas(16) constexpr auto kExpansions = make_expansions();

// What is to be escaped: the bit of each byte in its row of the set. A byte from 0x80 on has no
// row.
CALLGATE_PART __m128i find_escapes(__m128i bytes, __m128i rows) {
  const __m128i bits = _mm_set1_epi64x(static_cast<int64_t>(0x8040201008040201));
  __m128i row = _mm_and_si128(_mm_srli_epi16(bytes, 3), _mm_set1_epi8(0x0F));
  row = _mm_or_si128(row, _mm_and_si128(bytes, _mm_set1_epi8(static_cast<char>(0x80))));
  __m128i bit = _mm_shuffle_epi8(bits, _mm_and_si128(bytes, _mm_set1_epi8(7)));
  return _mm_cmpeq_epi8(_mm_and_si128(_mm_shuffle_epi8(rows, row), bit), bit);
}

// The lower eight of `flipped`.
CALLGATE_PART uint8_t* put_expanded(__m128i flipped, uint32_t escapes, uint8_t* out) {
  __m128i order = load(kExpansions[escapes].data());
  __m128i escape = _mm_and_si128(_mm_cmpgt_epi8(_mm_setzero_si128(), order),
                                 _mm_set1_epi8(static_cast<char>(kHdlcEscape)));
  store(out, _mm_or_si128(_mm_shuffle_epi8(flipped, order), escape));
  return out + 8 + _mm_popcnt_u32(escapes);
}

CALLGATE_PART uint8_t* escape_block(__m128i bytes, __m128i rows, uint8_t* out) {
  __m128i found = find_escapes(bytes, rows);
  auto escapes = static_cast<uint32_t>(_mm_movemask_epi8(found));
  if (escapes == 0) {
    store(out, bytes);
    return out + kBlock;
  }
  __m128i flipped = _mm_xor_si128(bytes, _mm_and_si128(found, _mm_set1_epi8(kHdlcFlip)));
  out = put_expanded(flipped, escapes & 0xFF, out);
  return put_expanded(_mm_srli_si128(flipped, 8), escapes >> 8, out);
}

CALLGATE_SSE uint8_t* sse_escape(ByteSpan data, const EscapeSet& set, uint8_t* out) {
  const __m128i rows = load(set.rows.data());
  for (; data.size() >= kBlock; data = data.subspan(kBlock))
    out = escape_block(load(data.data()), rows, out);
  return plain_escape(data, set, out);
}

CALLGATE_AVX2 uint8_t* avx2_escape(ByteSpan data, const EscapeSet& set, uint8_t* out) {
  const __m128i rows = load(set.rows.data());
  const __m256i both_rows = _mm256_broadcastsi128_si256(rows);
  const __m256i bits = _mm256_set1_epi64x(static_cast<int64_t>(0x8040201008040201));
  const __m256i high = _mm256_set1_epi8(static_cast<char>(0x80));
  for (; data.size() >= 2 * kBlock; data = data.subspan(2 * kBlock)) {
    // find_escapes(), for twice as many.
    __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data.data()));
    __m256i row = _mm256_and_si256(_mm256_srli_epi16(bytes, 3), _mm256_set1_epi8(0x0F));
    row = _mm256_or_si256(row, _mm256_and_si256(bytes, high));
    __m256i bit = _mm256_shuffle_epi8(bits, _mm256_and_si256(bytes, _mm256_set1_epi8(7)));
    __m256i found = _mm256_and_si256(_mm256_shuffle_epi8(both_rows, row), bit);
    if (_mm256_testz_si256(found, found)) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), bytes);
      out += 2 * kBlock;
    } else {
      out = escape_block(_mm256_castsi256_si128(bytes), rows, out);
      out = escape_block(_mm256_extracti128_si256(bytes, 1), rows, out);
    }
  }
  return sse_escape(data, set, out);
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

// Of the lower eight, those that are kept.
CALLGATE_PART uint8_t* put_compacted(__m128i bytes, uint32_t kept, uint8_t* out) {
  __m128i order = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(kCompactions[kept].data()));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi8(bytes, order));
  return out + _mm_popcnt_u32(kept);
}

CALLGATE_SSE Unescaped sse_unescape(ByteSpan data, bool escaped, uint8_t* out) {
  const __m128i flag = _mm_set1_epi8(kHdlcFlag), escape = _mm_set1_epi8(kHdlcEscape);
  const uint8_t* begin = out;
  size_t at = 0;
  __m128i before = _mm_set1_epi8(escaped ? -1 : 0);  // of the block before: which were escapes
  for (; at + kBlock <= data.size(); at += kBlock) {
    __m128i bytes = load(data.data() + at);
    __m128i found = _mm_cmpeq_epi8(bytes, escape);
    auto escapes = static_cast<uint32_t>(_mm_movemask_epi8(found));
    auto flags = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, flag)));
    if ((escapes | flags | uint32_t{escaped}) == 0) {
      store(out, bytes);
      out += kBlock;
      before = found;
      continue;
    }
    __m128i after_escape = _mm_alignr_epi8(found, before, 15);
    __m128i flipped = _mm_xor_si128(bytes, _mm_and_si128(after_escape, _mm_set1_epi8(kHdlcFlip)));
    auto size = static_cast<size_t>(__builtin_ctz(flags | 1u << kBlock));  // before the flag
    uint32_t kept = ~escapes & ((1u << size) - 1);
    out = put_compacted(flipped, kept & 0xFF, out);
    out = put_compacted(_mm_srli_si128(flipped, 8), kept >> 8, out);
    if (size > 0) escaped = escapes >> (size - 1) & 1;
    if (flags) return {at + size, static_cast<size_t>(out - begin), escaped};
    before = found;
  }
  auto rest = plain_unescape(data.subspan(at), escaped, out);
  return {at + rest.taken, static_cast<size_t>(out - begin) + rest.written, rest.escaped};
}

}  // namespace

std::vector<HdlcCodec> vector_codecs() {
  std::vector<HdlcCodec> codecs;
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("ssse3") || !__builtin_cpu_supports("pclmul") ||
      !__builtin_cpu_supports("popcnt"))
    return codecs;
  codecs.push_back({"sse", sse_fcs, sse_escape, sse_unescape});
  if (__builtin_cpu_supports("avx2"))
    codecs.push_back({"avx2", sse_fcs, avx2_escape, sse_unescape});
  return codecs;
}

}  // namespace callgate

#else

std::vector<callgate::HdlcCodec> callgate::vector_codecs() {
  return {};
}

#endif

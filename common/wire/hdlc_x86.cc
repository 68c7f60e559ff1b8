// SPDX-License-Identifier: GPL-2.0-or-later
// The HDLC codec with the vector instructions of x86: SSSE3 with PCLMULQDQ, or these and AVX2.
#include <immintrin.h>

#define CALLGATE_VECTOR __attribute__((target("ssse3,pclmul,popcnt")))
#define CALLGATE_FCS CALLGATE_VECTOR
#define CALLGATE_AVX2 __attribute__((target("avx2,pclmul,popcnt")))
#include "common/wire/hdlc_vector.hh"

namespace callgate {
namespace {

#define CALLGATE_SSE CALLGATE_VECTOR CALLGATE_PART static

struct Sse {
  using Block = __m128i;

  CALLGATE_SSE Block load(const uint8_t* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  }
  CALLGATE_SSE void store(uint8_t* at, Block block) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(at), block);
  }
  CALLGATE_SSE Block all(uint8_t byte) { return _mm_set1_epi8(static_cast<char>(byte)); }

  CALLGATE_SSE Block pair(uint64_t first, uint64_t second) {
    return _mm_set_epi64x(static_cast<int64_t>(second), static_cast<int64_t>(first));
  }
  CALLGATE_SSE Block add_to_start(Block block, uint16_t fcs) {
    return _mm_xor_si128(block, _mm_cvtsi32_si128(fcs));
  }
  CALLGATE_SSE Block fold(Block block, Block factors, Block next) {
    Block first = _mm_clmulepi64_si128(block, factors, 0x00);
    Block second = _mm_clmulepi64_si128(block, factors, 0x11);
    return _mm_xor_si128(_mm_xor_si128(first, second), next);
  }

  // The bytes to escape: it looks up the bit of each byte in its row of the set. Bytes from 0x80 on
  // have no row.
  CALLGATE_SSE Block find_escapes(Block bytes, Block rows) {
    const Block bits = _mm_set1_epi64x(static_cast<int64_t>(kOneOfEight));
    Block row = _mm_and_si128(_mm_srli_epi16(bytes, 3), all(0x0F));
    row = _mm_or_si128(row, _mm_and_si128(bytes, all(0x80)));
    Block bit = _mm_shuffle_epi8(bits, _mm_and_si128(bytes, all(7)));
    return equal(_mm_and_si128(_mm_shuffle_epi8(rows, row), bit), bit);
  }
  CALLGATE_SSE Block equal(Block one, Block other) { return _mm_cmpeq_epi8(one, other); }
  CALLGATE_SSE uint32_t mask(Block found) {
    return static_cast<uint32_t>(_mm_movemask_epi8(found));
  }
  CALLGATE_SSE uint32_t any(Block one, Block other) { return mask(one) | mask(other); }
  CALLGATE_SSE Block one_later(Block before, Block found) {
    return _mm_alignr_epi8(found, before, 15);
  }
  CALLGATE_SSE Block flip(Block bytes, Block where) {
    return _mm_xor_si128(bytes, _mm_and_si128(where, all(kHdlcFlip)));
  }
  CALLGATE_SSE Block upper_eight(Block bytes) { return _mm_srli_si128(bytes, 8); }
  CALLGATE_SSE int ones(uint32_t bits) { return _mm_popcnt_u32(bits); }

  CALLGATE_SSE Block expand(Block bytes, Block order) {
    Block escapes = _mm_and_si128(_mm_cmpgt_epi8(_mm_setzero_si128(), order), all(kHdlcEscape));
    return _mm_or_si128(_mm_shuffle_epi8(bytes, order), escapes);
  }
  CALLGATE_SSE void store_eight(uint8_t* at, Block bytes, const uint8_t* order) {
    Block eight = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(order));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(at), _mm_shuffle_epi8(bytes, eight));
  }
};

CALLGATE_AVX2 uint8_t* avx2_escape(ByteSpan data, const EscapeSet& set, uint8_t* out) {
  const __m128i rows = Sse::load(set.rows.data());
  const __m256i both_rows = _mm256_broadcastsi128_si256(rows);
  const __m256i bits = _mm256_set1_epi64x(static_cast<int64_t>(kOneOfEight));
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
      out = escape_block<Sse>(_mm256_castsi256_si128(bytes), rows, out);
      out = escape_block<Sse>(_mm256_extracti128_si256(bytes, 1), rows, out);
    }
  }
  return escape_blocks<Sse>(data, set, out);
}

}  // namespace

std::vector<HdlcCodec> vector_codecs() {
  std::vector<HdlcCodec> codecs;
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("ssse3") || !__builtin_cpu_supports("pclmul") ||
      !__builtin_cpu_supports("popcnt"))
    return codecs;
  codecs.push_back({"sse", folded_fcs<Sse>, escape_blocks<Sse>, unescape_blocks<Sse>});
  if (__builtin_cpu_supports("avx2"))
    codecs.push_back({"avx2", folded_fcs<Sse>, avx2_escape, unescape_blocks<Sse>});
  return codecs;
}

}  // namespace callgate

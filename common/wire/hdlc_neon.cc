// SPDX-License-Identifier: GPL-2.0-or-later
// The HDLC codec with the vector instructions of 64-bit ARM. All these processors have NEON. Some
// lack PMULL, which belongs to the cryptographic extension.
#include <arm_neon.h>
#include <sys/auxv.h>

#define CALLGATE_VECTOR
#define CALLGATE_FCS __attribute__((target("+crypto")))
#include "common/wire/hdlc_vector.hh"

namespace callgate {
namespace {

consteval std::array<uint8_t, 256> make_ones() {
  std::array<uint8_t, 256> table{};
  for (size_t i = 0; i < 256; i++) table[i] = static_cast<uint8_t>(table[i / 2] + i % 2);
  return table;
}
constexpr auto kOnes = make_ones();  // faster than moving a number to NEON to count its bits

#define CALLGATE_NEON CALLGATE_VECTOR CALLGATE_PART static

struct Neon {
  using Block = uint8x16_t;

  CALLGATE_NEON Block load(const uint8_t* at) { return vld1q_u8(at); }
  CALLGATE_NEON void store(uint8_t* at, Block block) { vst1q_u8(at, block); }
  CALLGATE_NEON Block all(uint8_t byte) { return vdupq_n_u8(byte); }

  CALLGATE_NEON Block pair(uint64_t first, uint64_t second) {
    return vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(first), vcreate_u64(second)));
  }
  CALLGATE_NEON Block add_to_start(Block block, uint16_t fcs) {
    return veorq_u8(block, vreinterpretq_u8_u16(vsetq_lane_u16(fcs, vdupq_n_u16(0), 0)));
  }
  CALLGATE_FCS CALLGATE_PART static Block fold(Block block, Block factors, Block next) {
    poly64x2_t halves = vreinterpretq_p64_u8(block), by = vreinterpretq_p64_u8(factors);
    poly128_t first = vmull_p64(vgetq_lane_p64(halves, 0), vgetq_lane_p64(by, 0));
    poly128_t second = vmull_high_p64(halves, by);
    return veorq_u8(veorq_u8(vreinterpretq_u8_p128(first), vreinterpretq_u8_p128(second)), next);
  }

  // The bytes to escape: it looks up the bit of each byte in its row of the set. Bytes from 0x80 on
  // have no row.
  CALLGATE_NEON Block find_escapes(Block bytes, Block rows) {
    const Block bits = vreinterpretq_u8_u64(vdupq_n_u64(kOneOfEight));
    Block bit = vqtbl1q_u8(bits, vandq_u8(bytes, all(7)));
    return vtstq_u8(vqtbl1q_u8(rows, vshrq_n_u8(bytes, 3)), bit);
  }
  CALLGATE_NEON Block equal(Block one, Block other) { return vceqq_u8(one, other); }
  CALLGATE_NEON uint32_t mask(Block found) {
    const Block bits = vreinterpretq_u8_u64(vdupq_n_u64(kOneOfEight));
    Block sum = vandq_u8(found, bits);
    for (int i = 0; i < 3; i++) sum = vpaddq_u8(sum, sum);
    return vgetq_lane_u16(vreinterpretq_u16_u8(sum), 0);
  }
  CALLGATE_NEON uint32_t any(Block one, Block other) { return vmaxvq_u8(vorrq_u8(one, other)); }
  CALLGATE_NEON Block one_later(Block before, Block found) { return vextq_u8(before, found, 15); }
  CALLGATE_NEON Block flip(Block bytes, Block where) {
    return veorq_u8(bytes, vandq_u8(where, all(kHdlcFlip)));
  }
  CALLGATE_NEON Block upper_eight(Block bytes) { return vextq_u8(bytes, bytes, 8); }
  CALLGATE_NEON int ones(uint32_t bits) { return kOnes[bits]; }

  CALLGATE_NEON Block expand(Block bytes, Block order) {
    return vqtbx1q_u8(all(kHdlcEscape), bytes, order);
  }
  CALLGATE_NEON void store_eight(uint8_t* at, Block bytes, const uint8_t* order) {
    vst1_u8(at, vqtbl1_u8(bytes, vld1_u8(order)));
  }
};

}  // namespace

std::vector<HdlcCodec> vector_codecs() {
  std::vector<HdlcCodec> codecs{{"neon", plain_fcs, escape_blocks<Neon>, unescape_blocks<Neon>}};
  if (getauxval(AT_HWCAP) & HWCAP_PMULL)
    codecs.push_back({"neon-pmull", folded_fcs<Neon>, escape_blocks<Neon>, unescape_blocks<Neon>});
  return codecs;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// PPP in HDLC-like framing on the asynchronous side, towards pppd's pty (RFC 1662). A frame here is
// what GRE carries, without flags, escapes and FCS (RFC 2637 section 4).
#pragma once

#include <memory>

#include "common/wire/hdlc_codec.hh"

namespace callgate {

constexpr uint8_t kHdlcFlag = 0x7E;
constexpr uint8_t kHdlcEscape = 0x7D;
constexpr uint8_t kHdlcFlip = 0x20;
constexpr uint32_t kDefaultAccm = 0xFFFFFFFF;  // bit n: escape the control character n
constexpr uint16_t kFcsInitial = 0xFFFF;
constexpr uint16_t kFcsGood = 0xF0B8;   // FCS over a whole frame with its FCS (RFC 1662 C.2)
constexpr size_t kMaxFrameSize = 4096;  // bytes of PPP frame; PPTP's data packets carry up to 1532

uint16_t fcs16(uint16_t fcs, ByteSpan data);

// The largest result of encode_hdlc(): every byte escaped, two FCS bytes, two flags.
constexpr size_t max_hdlc_size(size_t frame) {
  return 2 * (frame + 2) + 2;
}

// Writes flag, escaped frame and FCS, flag, and returns their size. `out` has room for
// max_hdlc_size(frame.size()) + kCodecSlack bytes.
size_t encode_hdlc(ByteSpan frame, uint32_t accm, uint8_t* out,
                   const HdlcCodec& codec = hdlc_codec());

// Appends the same to `out`.
void encode_hdlc(ByteSpan frame, uint32_t accm, Bytes& out, const HdlcCodec& codec = hdlc_codec());

// Counts of bytes that did not become a frame.
struct HdlcErrors {
  uint64_t bad_fcs = 0;
  uint64_t too_short = 0;  // fewer than 2 bytes besides the FCS
  uint64_t oversized = 0;  // more than kMaxFrameSize
  uint64_t aborted = 0;    // escape followed by a flag (RFC 1662 section 4.3)
};

// Cuts a byte stream into frames. Chunks may be split anywhere.
class HdlcDecoder {
 public:
  explicit HdlcDecoder(const HdlcCodec& codec = hdlc_codec());

  // Calls sink(ByteSpan frame) for every good frame that `bytes` completes. The frame is valid
  // during the call only.
  template <typename Sink>
  void decode(ByteSpan bytes, Sink&& sink) {
    while (true) {
      bytes = bytes.subspan(take(bytes));
      if (bytes.empty()) return;
      if (end_frame()) sink(frame());
      start_frame();
      bytes = bytes.subspan(1);  // the flag
    }
  }

  const HdlcErrors& errors() const { return errors_; }

 private:
  size_t take(ByteSpan bytes);
  void take_beyond_capacity(uint8_t byte);
  bool end_frame();
  void start_frame();
  ByteSpan frame() const;

  const HdlcCodec& codec_;
  std::unique_ptr<uint8_t[]> frame_;  // unescaped, with the FCS at its end
  size_t size_ = 0;
  bool escaped_ = false;
  bool skipping_ = false;  // until the next flag
  HdlcErrors errors_;
};

}  // namespace callgate

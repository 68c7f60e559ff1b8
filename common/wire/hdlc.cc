// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/wire/hdlc.hh"

namespace callgate {
namespace {

constexpr size_t kFcsSize = 2;
constexpr size_t kMinFrameSize = 2;  // protocol compressed to one byte, and one of data
constexpr size_t kCapacity = kMaxFrameSize + kFcsSize;

}  // namespace

uint16_t fcs16(uint16_t fcs, ByteSpan data) {
  return hdlc_codec().fcs(fcs, data);
}

size_t encode_hdlc(ByteSpan frame, uint32_t accm, uint8_t* out, const HdlcCodec& codec) {
  auto fcs = static_cast<uint16_t>(~codec.fcs(kFcsInitial, frame));
  std::array<uint8_t, kFcsSize> check{static_cast<uint8_t>(fcs),  // least significant byte first
                                      static_cast<uint8_t>(fcs >> 8)};
  EscapeSet set(accm);
  uint8_t* at = out;
  *at++ = kHdlcFlag;
  at = codec.escape(frame, set, at);
  at = plain_escape(check, set, at);
  *at++ = kHdlcFlag;
  return static_cast<size_t>(at - out);
}

void encode_hdlc(ByteSpan frame, uint32_t accm, Bytes& out, const HdlcCodec& codec) {
  size_t before = out.size();
  out.resize(before + max_hdlc_size(frame.size()) + kCodecSlack);
  out.resize(before + encode_hdlc(frame, accm, out.data() + before, codec));
}

HdlcDecoder::HdlcDecoder(const HdlcCodec& codec)
    : codec_(codec), frame_(std::make_unique_for_overwrite<uint8_t[]>(kCapacity + kCodecSlack)) {}

// Takes the bytes before the next flag, and returns how many these are.
size_t HdlcDecoder::take(ByteSpan bytes) {
  size_t at = 0;
  while (!skipping_ && at < bytes.size() && bytes[at] != kHdlcFlag) {
    if (size_ == kCapacity) {
      take_beyond_capacity(bytes[at++]);
      continue;
    }
    // It takes no more than fits if no byte is an escape.
    ByteSpan part = bytes.subspan(at, std::min(bytes.size() - at, kCapacity - size_));
    auto done = codec_.unescape(part, escaped_, frame_.get() + size_);
    at += done.taken;
    size_ += done.written;
    escaped_ = done.escaped;
  }
  auto flag = std::find(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), kHdlcFlag);
  return static_cast<size_t>(flag - bytes.begin());
}

void HdlcDecoder::take_beyond_capacity(uint8_t byte) {
  if (byte == kHdlcEscape) {
    escaped_ = true;
    return;
  }
  errors_.oversized++;
  skipping_ = true;
}

// Returns whether the bytes up to this flag are a good frame.
bool HdlcDecoder::end_frame() {
  if (skipping_) return false;
  if (escaped_) {
    errors_.aborted++;
    return false;
  }
  if (size_ == 0) return false;  // flags back to back
  if (size_ < kMinFrameSize + kFcsSize) {
    errors_.too_short++;
    return false;
  }
  if (codec_.fcs(kFcsInitial, {frame_.get(), size_}) != kFcsGood) {
    errors_.bad_fcs++;
    return false;
  }
  return true;
}

void HdlcDecoder::start_frame() {
  size_ = 0;
  escaped_ = skipping_ = false;
}

ByteSpan HdlcDecoder::frame() const {
  return {frame_.get(), size_ - kFcsSize};
}

}  // namespace callgate

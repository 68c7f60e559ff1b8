// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/probes/lcp_speaker.hh"

#include <algorithm>
#include <utility>

namespace callgate::diagnose::live {
namespace {

constexpr uint16_t kLcp = 0xC021;
constexpr uint8_t kConfigureRequest = 1, kConfigureAck = 2, kConfigureNak = 3, kConfigureReject = 4,
                  kTerminateRequest = 5, kCodeReject = 7, kNoSuchCode = 0xCA;
constexpr uint8_t kAuthenticationProtocol = 3;  // RFC 1661 section 6.2
constexpr uint8_t kMagicNumber = 5;             // RFC 1661 section 6.4
constexpr uint8_t kFirstSize = 0xE0;            // identifier of the smallest of kTriedSizes
constexpr uint8_t kFiller = 'U';                // not escaped
constexpr uint16_t kMppe = 4;                   // bytes that encryption adds to a packet

Bytes framed(ByteSpan frame) {
  Bytes out;
  encode_hdlc(frame, kDefaultAccm, out);
  return out;
}

Authentication authentication_in(ByteSpan options) {
  while (options.size() >= 2 && options[1] >= 2 && options[1] <= options.size()) {
    auto option = options.first(options[1]);
    if (option[0] == kAuthenticationProtocol && option.size() >= 4) {
      auto protocol = Authentication{option[2]} << 16 | Authentication{option[3]} << 8;
      return option.size() > 4 ? protocol | option[4] : protocol;
    }
    options = options.subspan(option.size());
  }
  return kNoAuthentication;
}

}  // namespace

Bytes LcpSpeaker::next_request() {
  Bytes frame;
  Writer put(frame);
  put.put(uint16_t{0xFF03});
  put.put(kLcp);
  put.put(kConfigureRequest);
  put.put(static_cast<uint8_t>(++sent_));
  put.put(uint16_t{10});  // bytes from the code on
  put.put(kMagicNumber);
  put.put(uint8_t{6});  // bytes of the option
  put.put(magic_);
  return framed(frame);
}

// RFC 1661 section 5.6: a packet with an unknown code comes back in any state of the link, whole or
// cut to the MRU. The largest is sent first, so that it is not still on its way when a smaller one
// has come back.
Bytes LcpSpeaker::packets_of_sizes(size_t count) const {
  Bytes out;
  for (size_t i = kTriedSizes.size(); count > 0 && i-- > 0 && kTriedSizes[i] > largest_; count--) {
    uint16_t length = kTriedSizes[i] + kMppe;
    Bytes frame;
    Writer put(frame);
    put.put(uint16_t{0xFF03});
    put.put(kLcp);
    put.put(kNoSuchCode);
    put.put(static_cast<uint8_t>(kFirstSize + i));
    put.put(length);
    frame.resize(frame.size() + length - 4u, kFiller);
    auto bytes = framed(frame);
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  return out;
}

Bytes LcpSpeaker::goodbye() {
  static constexpr uint8_t kFrame[] = {0xFF, 0x03, 0xC0, 0x21, kTerminateRequest, 0xFF, 0, 4};
  return framed(kFrame);
}

void LcpSpeaker::received(ByteSpan from_pty) {
  decoder_.decode(from_pty, [this](ByteSpan bytes) { frame(bytes); });
}

void LcpSpeaker::frame(ByteSpan bytes) {
  frames_++;
  if (bytes.size() >= 2 && bytes[0] == 0xFF && bytes[1] == 0x03) bytes = bytes.subspan(2);
  Reader get(bytes);
  uint16_t protocol = 0, length = 0;
  uint8_t code = 0, identifier = 0, option = 0, option_length = 0;
  uint32_t magic = 0;
  get(protocol, code, identifier);
  if (!get.ok() || protocol != kLcp) return;
  get(length);
  if (code == kCodeReject) return rejected(get.rest(), identifier);
  if (get.ok() && code == kNoSuchCode) return came_back(identifier);
  if (!get.ok()) return;
  auto options =
      get.rest().first(std::min<size_t>(get.rest().size(), length < 4 ? 0 : length - 4u));
  get(option, option_length, magic);
  bool ours = identifier >= 1 && identifier <= sent_;
  bool looped = get.ok() && code == kConfigureRequest && option == kMagicNumber && magic == magic_;
  if (looped || (code >= kConfigureAck && code <= kConfigureReject && ours)) answers_++;
  if (code == kConfigureRequest && !looped) requested(options, identifier);
}

void LcpSpeaker::requested(ByteSpan options, uint8_t identifier) {
  auto asked = authentication_in(options);
  if (!authentications_.first) authentications_.first = asked;
  // A request that answers ours has a new identifier (RFC 1661 section 5.1).
  if (proposed_ && *proposed_ != identifier) authentications_.then = asked;
  if (proposed_ || asked == kNoAuthentication || asked == kMsChapV2) return;
  proposed_ = identifier;
  const uint8_t frame[] = {
      0xFF, 0x03, 0xC0, 0x21, kConfigureNak, identifier, 0, 9, kAuthenticationProtocol,
      5,    0xC2, 0x23, 0x81};
  proposal_ = framed(frame);
}

Bytes LcpSpeaker::take_proposal() {
  return std::exchange(proposal_, {});
}

// A Code-Reject has our packet in it. accel-ppp sends our packet itself with another code.
void LcpSpeaker::rejected(ByteSpan body, uint8_t identifier) {
  uint8_t code = 0, copied_identifier = 0;
  Reader get(body);
  get(code, copied_identifier);
  if (code == kNoSuchCode) came_back(copied_identifier);
  if (code == kFiller) came_back(identifier);
}

void LcpSpeaker::came_back(uint8_t identifier) {
  size_t index = identifier - size_t{kFirstSize};
  if (index < kTriedSizes.size()) largest_ = std::max(largest_, kTriedSizes[index]);
}

}  // namespace callgate::diagnose::live

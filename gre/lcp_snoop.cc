// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/lcp_snoop.hh"

#include <algorithm>

namespace callgate {
namespace {

constexpr uint16_t kLcpProtocol = 0xC021;
enum LcpCode : uint8_t {
  kConfigureRequest = 1,
  kConfigureAck = 2,
  kTerminateRequest = 5,
  kTerminateAck = 6,
};
constexpr uint8_t kAsyncMapOption = 2, kMagicNumberOption = 5;
constexpr size_t kLcpHeader = 4;     // code, identifier, length
constexpr size_t kOptionHeader = 2;  // type, length

// Returns the LCP packet in a frame, or nothing if the frame carries another protocol. In LCP the
// address and control fields are never compressed (RFC 1661 section 6.6), but a server may do it.
ByteSpan lcp_packet(ByteSpan frame) {
  if (frame.size() >= 2 && frame[0] == 0xFF && frame[1] == 0x03) frame = frame.subspan(2);
  if (frame.size() < 2 || frame[0] != kLcpProtocol >> 8 || frame[1] != (kLcpProtocol & 0xFF))
    return {};
  return frame.subspan(2);
}

struct LcpPacket {
  uint8_t code = 0;
  ByteSpan options;
  ByteSpan identified;  // identifier, length and options: the same in a request and its Ack
};

// Bytes after the packet's own length are padding (RFC 1661 section 5).
std::optional<LcpPacket> parse_lcp(ByteSpan bytes) {
  Reader reader(bytes);
  uint8_t code = 0, identifier = 0;
  uint16_t length = 0;
  reader(code, identifier, length);
  if (!reader.ok() || length < kLcpHeader || length > bytes.size()) return std::nullopt;
  return LcpPacket{code, bytes.subspan(kLcpHeader, length - kLcpHeader),
                   bytes.subspan(1, length - 1u)};
}

// Returns the 32-bit number that an option of this type holds, or `otherwise` if there is none.
// Returns nullopt if the options are malformed.
std::optional<uint32_t> number_among(ByteSpan options, uint8_t wanted, uint32_t otherwise) {
  Reader reader(options);
  uint32_t number = otherwise;
  while (!reader.rest().empty()) {
    uint8_t type = 0, length = 0;
    reader(type, length);
    if (!reader.ok() || length < kOptionHeader) return std::nullopt;
    ByteSpan value = reader.take(length - kOptionHeader);
    if (!reader.ok()) return std::nullopt;
    if (type != wanted) continue;
    if (value.size() != sizeof number) return std::nullopt;
    Reader(value).get(number);
  }
  return number;
}

}  // namespace

void LcpSnoop::from_pppd(ByteSpan frame) {
  observe(frame, pppd_, server_);
}

void LcpSnoop::from_server(ByteSpan frame) {
  observe(frame, server_, pppd_);
}

void LcpSnoop::observe(ByteSpan frame, Direction& sender, Direction& other) {
  ByteSpan bytes = lcp_packet(frame);
  if (bytes.empty()) return;
  auto packet = parse_lcp(bytes);
  if (!packet) return;
  switch (packet->code) {
    case kConfigureRequest:
      if (&sender == &pppd_) pppd_ends_ = false;
      // A side that sends a new request has left the opened state, and so will the other.
      if (pppd_.agreed && server_.agreed) start_again();
      sender.agreed.reset();
      sender.request.assign(packet->identified.begin(), packet->identified.end());
      sender.challenge = number_among(packet->options, kMagicNumberOption, 0).value_or(0)
                             ? sender.request
                             : Bytes{};
      return;
    case kConfigureAck:
      if (!std::ranges::equal(packet->identified, other.request)) return;
      other.request.clear();
      other.agreed = number_among(packet->options, kAsyncMapOption, kDefaultAccm);
      news_ = pppd_.agreed && server_.agreed;
      return;
    case kTerminateRequest:
      if (&sender == &pppd_) pppd_ends_ = true;
      return start_again();
    case kTerminateAck: return start_again();
    default: return;
  }
}

bool LcpSnoop::proves(ByteSpan frame) const {
  ByteSpan bytes = lcp_packet(frame);
  if (pppd_.challenge.empty() || bytes.empty()) return false;
  auto packet = parse_lcp(bytes);
  return packet && packet->code == kConfigureAck &&
         std::ranges::equal(packet->identified, pppd_.challenge);
}

void LcpSnoop::start_again() {
  for (Direction* direction : {&pppd_, &server_}) {
    direction->request.clear();
    direction->agreed.reset();
  }
  news_ = false;
}

uint32_t LcpSnoop::map_for(ByteSpan frame) const {
  if (!pppd_.agreed || !server_.agreed || !lcp_packet(frame).empty()) return kDefaultAccm;
  return *pppd_.agreed;
}

std::optional<AgreedMaps> LcpSnoop::take_news() {
  if (!news_) return std::nullopt;
  news_ = false;
  return AgreedMaps{.pppd = *pppd_.agreed, .server = *server_.agreed};
}

}  // namespace callgate

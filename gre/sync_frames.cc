// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/sync_frames.hh"

#include <algorithm>

#include "common/wire/hdlc.hh"

namespace callgate {
namespace {

// A coherency count, an encrypted protocol field, and the smallest IP packet.
constexpr size_t kLeastMppe = 2 + 1 + 20;  // bytes after the header
constexpr size_t kLeastIpv4 = 20, kIpv6Header = 40;
constexpr uint16_t kIpv4 = 0x0021, kIpv6 = 0x0057, kMppe = 0x00FD;
// Protocols whose packets begin with code, identifier and length: LCP, PAP, CHAP, EAP, IPCP,
// IPV6CP, CCP.
constexpr std::array<uint16_t, 7> kControl{0xC021, 0xC023, 0xC223, 0xC227, 0x8021, 0x8057, 0x80FD};
constexpr uint8_t kLastCode = 15;  // CCP's Reset-Ack
constexpr size_t kControlHeader = 4;
constexpr uint16_t kMppeEncrypted = 0x1000, kMppeReserved = 0x6000, kMppeCount = 0x0FFF;

uint16_t number_at(ByteSpan bytes, size_t offset) {
  uint16_t number = 0;
  Reader(bytes.subspan(offset)).get(number);
  return number;
}

struct Header {
  size_t size = 0;        // bytes of address, control and protocol
  uint16_t protocol = 0;  // 0 = none
  bool compressed = false;
};

// Protocols are odd, and their first byte is even if there are two (RFC 1661 section 2).
Header header_of(ByteSpan frame) {
  Header header;
  header.compressed = frame.size() < 2 || frame[0] != 0xFF || frame[1] != 0x03;
  size_t at = header.compressed ? 0 : 2;
  bool one = frame.size() > at && frame[at] & 1;
  if (!one && (frame.size() < at + 2 || !(frame[at + 1] & 1))) return header;
  header.protocol = one ? frame[at] : number_at(frame, at);
  header.size = at + (one ? 1 : 2);
  return header;
}

bool is_control(const Header& header) {
  return std::ranges::find(kControl, header.protocol) != kControl.end();
}

// Returns the size of the whole frame, as the packet in it says. 0 = it does not say.
size_t told_size(ByteSpan frame, const Header& header) {
  ByteSpan packet = frame.subspan(header.size);
  if (is_control(header)) {
    if (packet.size() < kControlHeader || packet[0] == 0 || packet[0] > kLastCode) return 0;
    size_t length = number_at(packet, 2);
    return length < kControlHeader ? 0 : header.size + length;
  }
  if (header.protocol == kIpv4 && packet.size() >= kLeastIpv4 && packet[0] >> 4 == 4) {
    size_t length = number_at(packet, 2);
    return length < kLeastIpv4 ? 0 : header.size + length;
  }
  if (header.protocol == kIpv6 && packet.size() >= kIpv6Header && packet[0] >> 4 == 6)
    return header.size + kIpv6Header + number_at(packet, 4);
  return 0;
}

bool begins_mppe(ByteSpan frame, const Header& header) {
  return header.protocol == kMppe && frame.size() >= header.size + kLeastMppe &&
         (number_at(frame, header.size) & (kMppeEncrypted | kMppeReserved)) == kMppeEncrypted;
}

bool begins_frame(ByteSpan bytes) {
  Header header = header_of(bytes);
  return told_size(bytes, header) > 0 || begins_mppe(bytes, header);
}

// True if a control packet or, after bytes that mean nothing, another packet begins here for
// certain.
bool begins_surely(ByteSpan bytes, bool control_only) {
  Header header = header_of(bytes);
  size_t told = told_size(bytes, header);
  if (is_control(header) && told > 0 && told <= bytes.size())
    return !header.compressed || told == bytes.size() || begins_frame(bytes.subspan(told));
  if (control_only || header.compressed) return false;
  return begins_mppe(bytes, header) || (told > 0 && told <= bytes.size());
}

struct Border {
  size_t at;
  bool sound = true;  // the frame before it is whole
};

// Looks for the frame after one of MPPE. If a terminal has no room for a whole frame, pppd writes
// it in part, and later once more from its beginning.
Border end_of_mppe(ByteSpan bytes, const Header& header) {
  uint16_t number = number_at(bytes, header.size);
  bool one_byte = header.size == 1;
  for (size_t at = header.size + 2; at < bytes.size(); at++) {
    ByteSpan rest = bytes.subspan(at);
    if (rest[0] != bytes[0] && rest[0] != 0xFF && rest[0] != 0xC0 && rest[0] != 0x80) continue;
    if (begins_surely(rest, true)) return {at};
    if (!std::ranges::equal(rest.first(std::min(rest.size(), header.size)),
                            bytes.first(header.size)) ||
        !begins_mppe(rest, header))
      continue;
    uint16_t next = number_at(rest, header.size);
    if (one_byte && ((next ^ number) & ~kMppeCount)) continue;
    if (((next - number) & kMppeCount) == 1 && at >= header.size + kLeastMppe) return {at};
    if (next == number && !one_byte) return {at, false};
  }
  return {bytes.size()};
}

Border end_of_frame(ByteSpan bytes) {
  Header header = header_of(bytes);
  if (header.protocol == kMppe) {
    if (bytes.size() <= header.size + 2) return {bytes.size(), false};
    return end_of_mppe(bytes, header);
  }
  if (size_t told = told_size(bytes, header)) {
    bool more = told < bytes.size() && begins_frame(bytes.subspan(told));
    return {more ? told : bytes.size()};
  }
  for (size_t at = 1; at < bytes.size(); at++)
    if (bytes[at] == 0xFF && begins_surely(bytes.subspan(at), false)) return {at, false};
  return {bytes.size()};
}

}  // namespace

SyncFrames cut_sync_frames(ByteSpan bytes, bool all) {
  SyncFrames cut;
  while (cut.used < bytes.size()) {
    ByteSpan rest = bytes.subspan(cut.used);
    auto [end, sound] = end_of_frame(rest);
    bool mppe = header_of(rest).protocol == kMppe;
    if (end == rest.size() && !all && end <= kMaxFrameSize) break;
    if (!sound)
      cut.in_part++;
    else if (end > (mppe ? kMaxMppeFrame : kMaxFrameSize))
      cut.too_long++;
    else
      cut.frames.push_back(rest.first(end));
    cut.used += end;
  }
  return cut;
}

}  // namespace callgate

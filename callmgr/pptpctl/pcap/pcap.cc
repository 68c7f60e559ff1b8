// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/pcap/pcap.hh"

#include "common/wire/control_message.hh"

namespace callgate {
namespace {

constexpr uint32_t kMagicNanoseconds = 0xA1B23C4D;
constexpr uint32_t kLinktypeRaw = 101;
constexpr uint32_t kLongestPacket = 65535;
constexpr uint8_t kProtocolTcp = 6, kProtocolGre = 47;
constexpr uint8_t kTimeToLive = 64;
constexpr size_t kIpv4HeaderSize = 20, kTcpHeaderSize = 20, kTcpChecksumAt = 16;
constexpr uint16_t kDontFragment = 0x4000;
constexpr uint16_t kPushAck = 0x18, kTcpOffset = (kTcpHeaderSize / 4) << 12;

bool was_sent(Passage passage) {
  return passage == Passage::gre_sent || passage == Passage::control_sent;
}

void append(Bytes& out, ByteSpan more) {
  out.insert(out.end(), more.begin(), more.end());
}

void put_at(Bytes& out, size_t at, uint16_t number) {
  out[at] = static_cast<uint8_t>(number >> 8);
  out[at + 1] = static_cast<uint8_t>(number);
}

}  // namespace

uint16_t internet_checksum(ByteSpan data) {
  uint64_t sum = 0;
  for (size_t i = 0; i < data.size(); i++)
    sum += i % 2 == 0 ? static_cast<uint64_t>(data[i]) << 8 : data[i];
  while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

// The writer may choose the byte order: readers recognise it by the magic number.
Bytes Pcap::file_header() {
  Bytes out;
  Writer writer(out);
  uint16_t major = 2, minor = 4;
  uint32_t zone = 0, accuracy = 0;
  writer(kMagicNanoseconds, major, minor, zone, accuracy, kLongestPacket, kLinktypeRaw);
  return out;
}

Bytes Pcap::packet(const CapturedPacket& captured) {
  constexpr uint64_t kSecond = 1'000'000'000;
  Bytes whole = ip_packet(captured);
  auto size = static_cast<uint32_t>(whole.size());
  Bytes out;
  Writer writer(out);
  writer(static_cast<uint32_t>(captured.time / kSecond),
         static_cast<uint32_t>(captured.time % kSecond), size, size);
  append(out, whole);
  return out;
}

Bytes Pcap::ip_packet(const CapturedPacket& captured) {
  Bytes bytes(captured.bytes.begin(), captured.bytes.end());
  bool sent = was_sent(captured.passage);
  switch (captured.passage) {
    case Passage::gre_received_whole: return bytes;
    case Passage::gre_sent:
    case Passage::gre_received: return ip(sent, kProtocolGre, bytes);
    case Passage::control_sent:
    case Passage::control_received: return ip(sent, kProtocolTcp, tcp(sent, bytes));
  }
  return bytes;
}

Bytes Pcap::ip(bool sent, uint8_t protocol, const Bytes& payload) {
  Bytes out;
  Writer writer(out);
  if (local_.family == IpFamily::v6) {
    uint32_t version_and_flow = 0x60000000;
    writer(version_and_flow, static_cast<uint16_t>(payload.size()), protocol, kTimeToLive);
  } else {
    uint16_t version_and_tos = 0x4500, checksum = 0;
    writer(version_and_tos, static_cast<uint16_t>(kIpv4HeaderSize + payload.size()), ip_number_++,
           kDontFragment, kTimeToLive, protocol, checksum);
  }
  append(out, source(sent).span());
  append(out, source(!sent).span());
  if (local_.family != IpFamily::v6) put_at(out, 10, internet_checksum(out));
  append(out, payload);
  return out;
}

// One segment for each message. The handshake and bare acknowledgements are left out.
Bytes Pcap::tcp(bool sent, ByteSpan message) {
  Stream& stream = sent ? sent_ : received_;
  uint16_t window = UINT16_MAX, nothing = 0;
  Bytes out;
  Writer writer(out);
  writer(sent ? local_port_ : kPptpPort, sent ? kPptpPort : local_port_, stream.next,
         (sent ? received_ : sent_).next, static_cast<uint16_t>(kTcpOffset | kPushAck), window,
         nothing, nothing);
  append(out, message);
  stream.next += static_cast<uint32_t>(message.size());
  Bytes summed = pseudo_header(sent, out.size());
  append(summed, out);
  put_at(out, kTcpChecksumAt, internet_checksum(summed));
  return out;
}

// RFC 9293 section 3.1, RFC 8200 section 8.1: the sum is the same for both widths of the length
// field.
Bytes Pcap::pseudo_header(bool sent, size_t length) const {
  Bytes out;
  append(out, source(sent).span());
  append(out, source(!sent).span());
  Writer writer(out);
  writer(static_cast<uint32_t>(length), static_cast<uint32_t>(kProtocolTcp));
  return out;
}

}  // namespace callgate

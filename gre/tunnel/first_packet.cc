// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/first_packet.hh"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <unistd.h>

namespace callgate {
namespace {

constexpr size_t kVirtioHeader = 10;  // bytes, before each packet (large_packets.hh)
constexpr size_t kLargestRead = kVirtioHeader + 65'536;  // bytes
constexpr int kMostPackets = 4096;  // more than the kernel keeps for an interface

// RFC 9293 section 3.1: the header's length is in the upper half of byte 12, in words of 4 bytes.
bool is_bare_fin(ByteSpan segment) {
  constexpr size_t kOffset = 12, kFlags = 13;
  return segment.size() >= sizeof(tcphdr) && (segment[kFlags] & TH_FIN) &&
         segment.size() <= size_t{4} * (segment[kOffset] >> 4);
}

}  // namespace

bool starts_call(ByteSpan packet) {
  if (packet.size() < sizeof(iphdr) || packet[0] >> 4 != IPVERSION) return false;
  size_t header = size_t{4} * (packet[0] & 0xf);
  if (header < sizeof(iphdr) || packet.size() < header) return false;
  uint16_t fragment = 0;
  Reader(packet.subspan(offsetof(iphdr, frag_off))).get(fragment);
  if (fragment & IP_OFFMASK) return false;
  return packet[offsetof(iphdr, protocol)] != IPPROTO_TCP || !is_bare_fin(packet.subspan(header));
}

std::optional<Bytes> read_first_packet(int tun) {
  Bytes packet(kLargestRead);
  for (int i = 0; i < kMostPackets; i++) {
    ssize_t size = read(tun, packet.data(), packet.size());
    if (size < static_cast<ssize_t>(kVirtioHeader)) return std::nullopt;
    if (!starts_call(ByteSpan(packet).first(static_cast<size_t>(size)).subspan(kVirtioHeader)))
      continue;
    packet.resize(static_cast<size_t>(size));
    return packet;
  }
  return std::nullopt;
}

void drop_packets(int tun) {
  std::array<uint8_t, kVirtioHeader> start;  // the kernel drops the rest, which is the packet
  for (int i = 0; i < kMostPackets && read(tun, start.data(), start.size()) > 0; i++) {
  }
}

}  // namespace callgate

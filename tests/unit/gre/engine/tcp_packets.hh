// SPDX-License-Identifier: GPL-2.0-or-later
// Packets of TCP and UDP made by hand, and the checksums as RFC 1071 describes them: slow and
// plain.
#pragma once

#include <cstring>

#include "gre/engine/ip_packet.hh"
#include "gre/engine/virtio_header.hh"

namespace callgate::test {

inline uint16_t word(ByteSpan bytes, size_t at) {
  return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

inline void put(Bytes& bytes, size_t at, size_t value) {
  bytes[at] = static_cast<uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<uint8_t>(value);
}

inline uint32_t naive_sum(ByteSpan bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); i++) sum += i % 2 == 0 ? bytes[i] * 256u : bytes[i];
  return sum;
}

inline uint16_t naive_fold(uint32_t sum) {
  while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

struct Headers {
  IpVersion version = IpVersion::v4;
  uint8_t protocol = 6;
  uint32_t sequence = 1000;
  uint8_t flags = 0x10;        // ACK
  Bytes options;               // of TCP, a multiple of 4
  uint16_t number = 7;         // IPv4's identification
  uint16_t fragment = 0x4000;  // don't fragment
  uint16_t port = 5001;
  uint32_t acknowledgement = 77;
  uint16_t window = 500;
  uint8_t traffic_class = 0, hops = 64;
  size_t ip_options = 0;  // bytes, a multiple of 4
};

inline size_t transport_of(ByteSpan packet) {
  return packet[0] >> 4 == 4 ? (packet[0] & 15) * 4u : 40u;
}

inline uint32_t pseudo_header(ByteSpan packet) {
  size_t at = transport_of(packet);
  bool v4 = packet[0] >> 4 == 4;
  return naive_sum(packet.subspan(v4 ? 12 : 8, v4 ? 8 : 32)) + packet[v4 ? 9 : 6] +
         static_cast<uint32_t>(packet.size() - at);
}

// Whether the sums of IP and of TCP or UDP are right.
inline bool right_sums(ByteSpan packet) {
  size_t at = transport_of(packet);
  bool ip = packet[0] >> 4 == 6 || naive_fold(naive_sum(packet.first(at))) == 0xFFFF;
  return ip && naive_fold(naive_sum(packet.subspan(at)) + pseudo_header(packet)) == 0xFFFF;
}

inline size_t sum_at(ByteSpan packet) {
  bool udp = packet[packet[0] >> 4 == 4 ? 9 : 6] == 17;
  return transport_of(packet) + (udp ? 6 : 16);
}

// `begun`: the sum of the pseudo-header only, as the kernel leaves it for a network card.
inline void set_sums(Bytes& packet, bool begun = false) {
  size_t at = transport_of(packet);
  if (packet[0] >> 4 == 4) {
    put(packet, 10, 0);
    put(packet, 10, 0xFFFF & ~naive_fold(naive_sum(ByteSpan(packet).first(at))));
  }
  put(packet, sum_at(packet), 0);
  uint16_t pseudo = naive_fold(pseudo_header(packet));
  uint16_t all = naive_fold(naive_sum(ByteSpan(packet).subspan(at)) + pseudo);
  put(packet, sum_at(packet), begun ? pseudo : all == 0xFFFF ? 0xFFFF : 0xFFFF & ~all);
}

// A packet with right sums.
inline Bytes packet(const Headers& headers, ByteSpan payload) {
  bool v4 = headers.version == IpVersion::v4, tcp = headers.protocol == 6;
  size_t at = v4 ? 20 + headers.ip_options : 40;
  size_t transport = tcp ? 20 + headers.options.size() : 8;
  Bytes made(at + transport);
  made.insert(made.end(), payload.begin(), payload.end());
  if (v4) {
    made[0] = static_cast<uint8_t>(0x40 | at / 4), made[1] = headers.traffic_class;
    put(made, 2, made.size()), put(made, 4, headers.number), put(made, 6, headers.fragment);
    made[8] = headers.hops, made[9] = headers.protocol;
  } else {
    made[0] = 0x60, made[1] = headers.traffic_class;
    put(made, 4, made.size() - 40);
    made[6] = headers.protocol, made[7] = headers.hops;
  }
  for (size_t i = v4 ? 12 : 8; i < (v4 ? 20u : 40u); i++) made[i] = static_cast<uint8_t>(i * 37);
  put(made, at, headers.port), put(made, at + 2, 443);
  if (tcp) {
    put(made, at + 4, headers.sequence >> 16), put(made, at + 6, headers.sequence & 0xFFFF);
    put(made, at + 8, headers.acknowledgement >> 16);
    put(made, at + 10, headers.acknowledgement & 0xFFFF);
    made[at + 12] = static_cast<uint8_t>(transport / 4 << 4);
    made[at + 13] = headers.flags;
    put(made, at + 14, headers.window);
    std::copy(headers.options.begin(), headers.options.end(),
              made.begin() + static_cast<std::ptrdiff_t>(at + 20));
  } else {
    put(made, at + 4, made.size() - at);
  }
  set_sums(made);
  return made;
}

inline Bytes payload(size_t size, uint64_t random = 1) {
  auto seed = static_cast<uint32_t>(random);
  Bytes made(size);
  for (uint8_t& byte : made)
    byte = static_cast<uint8_t>((seed = seed * 1664525 + 1013904223) >> 24);
  return made;
}

// What a read of the network interface returns.
inline Bytes read_of(const VirtioHeader& header, ByteSpan packet) {
  Bytes made(sizeof header);
  std::memcpy(made.data(), &header, sizeof header);
  made.insert(made.end(), packet.begin(), packet.end());
  return made;
}

// A large packet that somebody has to cut, as the kernel hands it over.
inline Bytes large(const Headers& headers, ByteSpan payload, uint16_t segment) {
  Bytes made = packet(headers, payload);
  set_sums(made, true);
  bool tcp = headers.protocol == 6, v4 = headers.version == IpVersion::v4;
  auto at = static_cast<uint16_t>(transport_of(made));
  return read_of({.flags = VirtioHeader::kNeedsChecksum,
                  .type = !tcp ? VirtioHeader::kUdp
                          : v4 ? VirtioHeader::kTcp4
                               : VirtioHeader::kTcp6,
                  .header_size = static_cast<uint16_t>(made.size() - payload.size()),
                  .segment_size = segment,
                  .checksum_start = at,
                  .checksum_offset = static_cast<uint16_t>(tcp ? 16 : 6)},
                 made);
}

}  // namespace callgate::test

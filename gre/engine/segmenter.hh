// SPDX-License-Identifier: GPL-2.0-or-later
// Cuts what one read of the network interface returns into IP packets. The kernel hands over up to
// 64 KiB of one TCP or UDP flow at once, as it does for network cards that segment (TSO, USO). Each
// packet is written where it is to be sent from, and its checksum is computed on the way.
#pragma once

#include "gre/engine/ip_packet.hh"
#include "gre/engine/virtio_header.hh"

namespace callgate {

class Segmenter {
 public:
  // A read: the virtio header and a packet. Returns nullopt if they contradict each other, or if
  // the packet is of a kind that we have not asked for. The bytes have to stay as long as the
  // result is used.
  static std::optional<Segmenter> of(std::span<uint8_t> read);

  IpVersion version() const { return version_; }
  size_t packets() const { return packets_; }  // at least 1
  size_t size(size_t i) const;                 // bytes of packet i. The first one is the largest
  void write(size_t i, uint8_t* to) const;     // writes packet i, which has size(i) bytes

  // A segment of less than 8 bytes is not made by Linux for TCP, which bounds their number.
  static constexpr size_t kMostPackets = 8192;

 private:
  Segmenter() = default;
  bool takes_whole(const VirtioHeader& header);
  bool takes_tcp(const VirtioHeader& header);
  bool takes_udp(const VirtioHeader& header);
  bool takes_segments(const VirtioHeader& header, uint8_t protocol);
  bool carries(uint8_t protocol) const;
  void write_whole(uint8_t* to) const;

  ByteSpan packet_;
  IpVersion version_{};
  size_t packets_ = 1;
  bool sum_ = false, tcp_ = false;  // the checksum has to be completed; TCP is to be cut, not UDP
  size_t transport_ = 0;            // where the header of TCP or UDP begins
  size_t sum_at_ = 0;               // where its checksum is
  size_t headers_ = 0;              // bytes before the payload
  size_t segment_ = 0;              // bytes of payload in each packet but the last one
};

}  // namespace callgate

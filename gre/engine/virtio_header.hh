// SPDX-License-Identifier: GPL-2.0-or-later
// What comes before each packet that is read from a tun device with IFF_VNET_HDR, or written to it:
// struct virtio_net_hdr of <linux/virtio_net.h>, in the byte order of the host. It says whether the
// packet is a large one that somebody has to cut into segments, and whether its checksum is only
// begun.
#pragma once

#include <cstddef>
#include <cstdint>

namespace callgate {

struct VirtioHeader {
  // flags
  static constexpr uint8_t kNeedsChecksum = 1;  // the field has the sum of the pseudo-header only
  // type
  static constexpr uint8_t kWhole = 0, kTcp4 = 1, kTcp6 = 4;
  static constexpr uint8_t kUdp = 5;     // Linux 6.2
  static constexpr uint8_t kEcn = 0x80;  // a bit: TCP with CWR in the first segment

  uint8_t flags = 0;
  uint8_t type = kWhole;
  uint16_t header_size = 0;      // bytes, roughly: of what is not in fragments
  uint16_t segment_size = 0;     // bytes of payload
  uint16_t checksum_start = 0;   // where the sum begins: the header of TCP or UDP
  uint16_t checksum_offset = 0;  // where the sum goes, from there
};
static_assert(sizeof(VirtioHeader) == 10);

}  // namespace callgate

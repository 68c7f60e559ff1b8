// SPDX-License-Identifier: GPL-2.0-or-later
// Whatever comes from the network interface: only whole packets leave the segmenter, and no byte is
// read or written outside of them.
//
// Input: a virtio header and a packet.
#include "gre/engine/segmenter.hh"

#include "tests/fuzz/fuzz.hh"

using namespace callgate;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > sizeof(VirtioHeader) + 65536) return 0;
  Bytes read(data, data + size);
  auto packets = Segmenter::of(read);
  if (!packets) return 0;
  fuzz::require(packets->packets() >= 1 && packets->packets() <= Segmenter::kMostPackets);
  for (size_t i = 0; i < packets->packets(); i++) {
    fuzz::require(packets->size(i) <= packets->size(0));
    Bytes packet(packets->size(i));
    packets->write(i, packet.data());
    auto ip = parse_ip_packet(packet);
    fuzz::require(ip && ip->version == packets->version() && ip->bytes.size() == packet.size());
  }
  return 0;
}

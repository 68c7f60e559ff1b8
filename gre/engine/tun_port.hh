// SPDX-License-Identifier: GPL-2.0-or-later
// The descriptor of a tun device with a virtio header (gre/tunnel/large_packets.hh): reads large
// packets, and writes what the coalescer has joined.
#pragma once

#include <memory>

#include "gre/engine/coalescer.hh"

namespace callgate {

class TunPort {
 public:
  // The descriptor does not block, and stays open.
  explicit TunPort(int fd);

  // Returns a virtio header and a packet; empty if there is none. Valid until the next call. The
  // bytes may be changed.
  std::span<uint8_t> read();

  // Adds a packet to those that flush() writes. Its bytes have to stay until then.
  void add(std::span<uint8_t> packet) { coalescer_.add(packet); }
  // Returns how many packets the interface has not taken.
  size_t flush();

 private:
  int fd_;
  std::unique_ptr<uint8_t[]> input_;
  Coalescer coalescer_;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/tun_port.hh"

#include <unistd.h>

namespace callgate {
namespace {

constexpr size_t kLargestRead = sizeof(VirtioHeader) + 65536;  // bytes

}  // namespace

TunPort::TunPort(int fd)
    : fd_(fd), input_(std::make_unique_for_overwrite<uint8_t[]>(kLargestRead)) {}

std::span<uint8_t> TunPort::read() {
  ssize_t size = ::read(fd_, input_.get(), kLargestRead);
  return {input_.get(), size > 0 ? static_cast<size_t>(size) : 0};
}

size_t TunPort::flush() {
  size_t dropped = 0;
  coalescer_.write([&](std::span<const iovec> pieces, size_t packets) {
    if (writev(fd_, pieces.data(), static_cast<int>(pieces.size())) < 0) dropped += packets;
  });
  return dropped;
}

}  // namespace callgate

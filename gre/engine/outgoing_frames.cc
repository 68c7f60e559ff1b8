// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/outgoing_frames.hh"

namespace callgate {

void add_packets(DataPath& data, std::span<uint8_t> read, FrameSender& sender) {
  auto packets = data.outgoing(read);
  for (size_t i = 0; packets && i < packets->packets(); i++)
    data.write(*packets, i, sender.add(data.frame_size(packets->size(i))));
}

void seal_packets(DataPath& data, FrameSender& sender, size_t first) {
  constexpr size_t kBatch = 64;
  std::array<std::span<uint8_t>, kBatch> frames;
  while (first < sender.waiting()) {
    size_t count = std::min(kBatch, sender.waiting() - first);
    for (size_t i = 0; i < count; i++) frames[i] = sender.frame(first++);
    data.seal(std::span(frames).first(count));
  }
}

}  // namespace callgate

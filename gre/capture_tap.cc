// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/capture_tap.hh"

namespace callgate {
namespace {

constexpr size_t kMostTogether = 255;  // packets: a record counts them in eight bits

}  // namespace

void CaptureTap::begin_batch() {
  time_ = nanoseconds_since_1970();
}

void CaptureTap::drop(size_t packets) {
  record_.dropped += packets;
  dropped_ += packets;
}

void CaptureTap::pass(Passage passage, std::span<const iovec> pieces) {
  size_t size = 0;
  for (const auto& piece : pieces) size += piece.iov_len;
  if (size > kMaxCapturedPacket) return drop(1);
  size_t cost = size + CapturedPacket::kOverhead;
  if (record_.packets.size() == kMostTogether || size_ + cost > kMaxCapturedTogether) flush();
  auto& packet = record_.packets.emplace_back(CapturedPacket{.passage = passage, .time = time_});
  packet.bytes.reserve(size);
  for (const auto& piece : pieces)
    packet.bytes.append(static_cast<const char*>(piece.iov_base), piece.iov_len);
  size_ += cost;
}

void CaptureTap::pass(Passage passage, ByteSpan packet) {
  iovec piece{const_cast<uint8_t*>(packet.data()), packet.size()};
  pass(passage, std::span<const iovec>(&piece, 1));
}

void CaptureTap::flush() {
  if (record_.packets.empty()) return;
  if (socket_.send(record_))
    record_.dropped = 0;
  else
    drop(record_.packets.size());
  record_.packets.clear();
  size_ = 0;
}

CaptureEnded CaptureTap::end() {
  flush();
  return {.asker = asker_, .dropped = record_.dropped};
}

}  // namespace callgate

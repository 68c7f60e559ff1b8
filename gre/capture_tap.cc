// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/capture_tap.hh"

namespace callgate {
namespace {

constexpr size_t kMostTogether = 255;  // packets: their number has eight bits

}  // namespace

void CaptureTap::begin_batch() {
  time_ = nanoseconds_since_1970();
}

// Is there a record that takes so much more?
bool CaptureTap::make_room(size_t size) {
  bool fits = !queue_.empty() && queue_.back().size() < kMostTogether &&
              last_size_ + size <= kMaxCapturedTogether;
  if (fits) return true;
  if (queue_.size() == kMaxQueued) return false;
  queue_.emplace_back();
  last_size_ = 0;
  return true;
}

void CaptureTap::pass(Passage passage, std::span<const iovec> pieces) {
  size_t size = 0;
  for (const auto& piece : pieces) size += piece.iov_len;
  size_t cost = size + CapturedPacket::kOverhead;
  if (size > kMaxCapturedPacket || !make_room(cost)) {
    dropped_++;
    return;
  }
  auto& packet = queue_.back().emplace_back(CapturedPacket{.passage = passage, .time = time_});
  packet.bytes.reserve(size);
  for (const auto& piece : pieces)
    packet.bytes.append(static_cast<const char*>(piece.iov_base), piece.iov_len);
  last_size_ += cost;
}

void CaptureTap::pass(Passage passage, ByteSpan packet) {
  iovec piece{const_cast<uint8_t*>(packet.data()), packet.size()};
  pass(passage, std::span<const iovec>(&piece, 1));
}

void CaptureTap::add_credit(uint16_t records) {
  credit_ = std::min<uint32_t>(credit_ + records, kCaptureCredit);
}

bool CaptureTap::send_next(Channel& channel) {
  Captured record{capture_, dropped_, std::move(queue_.front())};
  if (channel.send(record)) {
    queue_.pop_front();
    credit_--;
    return true;
  }
  queue_.front() = std::move(record.packets);  // the channel is full: another time
  return false;
}

void CaptureTap::flush(Channel& channel) {
  while (!queue_.empty() && credit_ > 0)
    if (!send_next(channel)) return;
}

void CaptureTap::end(Channel& channel) {
  flush(channel);
  for (const auto& left : queue_) dropped_ += left.size();
  queue_.clear();
  channel.send(CaptureEnded{.capture = capture_, .dropped = dropped_});
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/frame_sender.hh"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <utility>

#include "common/wire/gre_header.hh"

namespace callgate {
namespace {

constexpr size_t kBatch = 64;                // packets
constexpr size_t kLeastMemory = 256 * 1024;  // bytes

}  // namespace

// What sendmmsg() reads: a packet each, which is a GRE header and a frame.
struct SendBatch {
  std::array<iovec, kBatch> vectors{};
  std::array<mmsghdr, kBatch> messages{};

  SendBatch() {
    for (size_t i = 0; i < kBatch; i++) {
      messages[i].msg_hdr.msg_iov = &vectors[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
  }
};

FrameSender::FrameSender(const FaultOrder::Settings& test, CallData& call, GreSocket& socket)
    : call_(call), socket_(socket), batch_(std::make_unique<SendBatch>()), fault_order_(test) {}

FrameSender::~FrameSender() = default;

// Nothing is written to memory that no frame needs, so its pages are never touched.
uint8_t* FrameSender::add(size_t size) {
  size_t offset = used_ + kMaxGreHeaderSize;
  while (offset + size > capacity_) grow();
  frames_.push_back({static_cast<uint32_t>(offset), static_cast<uint32_t>(size)});
  new_++;
  used_ = offset + size;
  return memory_.get() + offset;
}

void FrameSender::grow() {
  size_t capacity = std::max(2 * capacity_, kLeastMemory);
  auto memory = std::make_unique_for_overwrite<uint8_t[]>(capacity);
  std::copy_n(memory_.get(), used_, memory.get());
  memory_ = std::move(memory);
  capacity_ = capacity;
}

// --test-type: puts frames into the wrong order. Each keeps the number that it has in the right
// one.
void FrameSender::disorder() {
  held_back_ += new_;
  while (true) {
    auto order = fault_order_.take(held_back_);
    if (order.empty()) return;
    Extent* frames = &frames_[frames_.size() - held_back_];
    std::vector<Extent> in_order(frames, frames + order.size());
    for (size_t i = 0; i < order.size(); i++) {
      frames[i] = in_order[order[i]];
      frames[i].ahead = static_cast<int32_t>(order[i]) - static_cast<int32_t>(i);
    }
    held_back_ -= order.size();
  }
}

void FrameSender::send(TimePoint now) {
  if (fault_order_.active()) disorder();
  new_ = 0;
  blocked_ = window_full_ = false;
  call_.transmit_window.expire(now);
  while (size_t count = sendable()) {
    prepare(count, call_.acknowledger.pending());
    int done = socket_.send(std::span(batch_->messages).first(count));
    if (done > 0) {
      sent(static_cast<size_t>(done), now);
    } else if (errno == EAGAIN || (errno == ENOBUFS && !retrying_)) {
      wait_for_room();
      return;
    } else if (errno != EINTR) {
      failed(errno, now);
    }
  }
  window_full_ = unsent() > 0;
  if (window_full_) call_.statistics.tx_window_waits++;
  forget_sent();
}

size_t FrameSender::sendable() const {
  return std::min({unsent(), kBatch, call_.transmit_window.room()});
}

std::optional<TimePoint> FrameSender::next_deadline() const {
  return window_full_ ? call_.transmit_window.next_deadline() : std::nullopt;
}

bool FrameSender::window_opens(TimePoint now) const {
  auto deadline = next_deadline();
  return window_full_ && (!deadline || *deadline <= now);
}

// A packet gets its number when it is sent. One that cannot be sent has none, and so leaves no gap
// at which the server would wait.
void FrameSender::prepare(size_t count, std::optional<Sequence> acknowledgement) {
  for (size_t i = 0; i < count; i++) {
    const Extent& extent = frames_[next_frame_ + i];
    auto place = static_cast<uint32_t>(i) + static_cast<uint32_t>(extent.ahead);
    if (extent.acknowledges) acknowledgement = call_.acknowledger.latest();
    std::array<uint8_t, kMaxGreHeaderSize> header;
    size_t size = write_gre_header(header, call_.peer_call_id, static_cast<uint16_t>(extent.size),
                                   next_sequence_ + place, acknowledgement);
    uint8_t* packet = memory_.get() + extent.offset - size;
    std::copy_n(header.begin(), size, packet);
    batch_->vectors[i] = {packet, size + extent.size};
    acknowledgement.reset();  // once is enough
  }
}

void FrameSender::sent(size_t count, TimePoint now) {
  Statistics& statistics = call_.statistics;
  for (size_t i = 0; i < count; i++) {
    if (batch_->messages[i].msg_len < batch_->vectors[i].iov_len) statistics.tx_short++;
    call_.sent.passed(frame(next_frame_ + i), now);
    statistics.tx_bytes += frames_[next_frame_ + i].size;
  }
  statistics.tx_sent += count;
  call_.acknowledger.sent();
  next_frame_ += count;
  next_sequence_ = next_sequence_ + static_cast<uint32_t>(count);
  Sequence last = next_sequence_ + UINT32_MAX;
  call_.round_trip.sent(last, now);
  call_.transmit_window.sent(last, now);
  retrying_ = false;
}

// A raw socket reports ENOBUFS when it is full. If there is another reason, it reports ENOBUFS
// again although poll() has found room, and then the packet is dropped.
void FrameSender::wait_for_room() {
  call_.statistics.tx_waits++;
  blocked_ = retrying_ = true;
}

// The error may belong to an earlier packet (ICMP), so the first packet of the batch is tried a
// second time before it is dropped.
void FrameSender::failed(int error, TimePoint now) {
  socket_.trouble(error, now);
  if (!std::exchange(retrying_, !retrying_)) return;
  (error == EMSGSIZE ? call_.statistics.tx_oversize : call_.statistics.tx_failed)++;
  next_frame_++;
  // Frames that were put into another order have their numbers already: this one's is left out.
  if (fault_order_.active()) next_sequence_ = next_sequence_ + 1;
}

void FrameSender::forget_sent() {
  frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(next_frame_));
  next_frame_ = 0;
  if (frames_.empty()) {
    used_ = 0;
    return;
  }
  size_t gone = used_;
  for (const Extent& extent : frames_) gone = std::min(gone, extent.offset - kMaxGreHeaderSize);
  for (Extent& extent : frames_) extent.offset -= static_cast<uint32_t>(gone);
  std::copy(memory_.get() + gone, memory_.get() + used_, memory_.get());
  used_ -= gone;
}

void FrameSender::acknowledge(TimePoint now) {
  auto number = call_.acknowledger.pending();
  if (!number) return;
  std::array<uint8_t, kMaxGreHeaderSize> header;
  size_t size = write_gre_header(header, call_.peer_call_id, 0, std::nullopt, number);
  if (socket_.send(std::span(header).first(size)) < 0) {
    call_.acknowledger.postpone(now);
    if (errno != EAGAIN) socket_.trouble(errno, now);
    return;
  }
  call_.acknowledger.sent_alone(now);
  call_.statistics.tx_acks++;
}

}  // namespace callgate

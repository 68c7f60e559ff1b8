// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/uplink.hh"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <utility>

#include "common/system/log.hh"
#include "common/wire/gre_header.hh"
#include "gre/pppd_mode.hh"

namespace callgate {
namespace {

constexpr size_t kBatch = 64;            // packets
constexpr size_t kReadSize = 64 * 1024;  // bytes
constexpr auto kSendFlags = MSG_DONTWAIT | MSG_NOSIGNAL;

}  // namespace

// What sendmmsg reads: for each packet a GRE header of ours and a frame.
struct SendBatch {
  std::array<std::array<uint8_t, kMaxGreHeaderSize>, kBatch> headers;
  std::array<std::array<iovec, 2>, kBatch> vectors{};
  std::array<mmsghdr, kBatch> messages{};

  SendBatch() {
    for (size_t i = 0; i < kBatch; i++) {
      vectors[i][0].iov_base = headers[i].data();
      messages[i].msg_hdr.msg_iov = vectors[i].data();
      messages[i].msg_hdr.msg_iovlen = 2;
    }
  }

  size_t size(size_t i) const { return vectors[i][0].iov_len + vectors[i][1].iov_len; }
};

Uplink::Uplink(const Settings& settings, CallData& call)
    : call_(call),
      sync_(settings.sync),
      input_(std::make_unique_for_overwrite<uint8_t[]>(kReadSize)),
      batch_(std::make_unique<SendBatch>()),
      fault_order_(settings.test) {}

Uplink::~Uplink() = default;

Uplink::Result Uplink::read(int pty) {
  return sync_ ? read_frames(pty) : read_stream(pty);
}

Uplink::Result Uplink::read_stream(int pty) {
  ssize_t size = ::read(pty, input_.get(), kReadSize);
  last_read_ = static_cast<size_t>(std::max<ssize_t>(size, 0));
  if (size < 0) return errno == EAGAIN || errno == EINTR ? Result::ok : Result::closed;
  if (size == 0) return Result::closed;
  ByteSpan bytes(input_.get(), static_cast<size_t>(size));
  check_mode(bytes);
  decoder_.decode(bytes, [this](ByteSpan frame) { keep(frame); });
  return Result::ok;
}

// What one read yields is one frame, whatever is in it (--sync).
Uplink::Result Uplink::read_frames(int pty) {
  for (size_t i = 0; i < kBatch; i++) {
    ssize_t size = ::read(pty, input_.get(), kReadSize);
    if (size < 0) return errno == EAGAIN || errno == EINTR ? Result::ok : Result::closed;
    if (size == 0) return Result::closed;
    ByteSpan frame(input_.get(), static_cast<size_t>(size));
    check_mode(frame);
    if (frame.size() > kMaxFrameSize)
      oversize_++;
    else
      keep(frame);
  }
  return Result::ok;
}

void Uplink::keep(ByteSpan frame) {
  frames_.push_back({static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(frame.size())});
  bytes_.insert(bytes_.end(), frame.begin(), frame.end());
  call_.lcp.from_pppd(frame);
}

void Uplink::check_mode(ByteSpan first_bytes) {
  if (std::exchange(mode_checked_, true)) return;
  if (auto difference = mode_difference(sync_, first_bytes); !difference.empty())
    log::warning("{}", difference);
}

void Uplink::send(TimePoint now) {
  if (fault_order_.active()) return send_in_fault_order(now);
  blocked_ = window_full_ = false;
  call_.transmit_window.expire(now);
  while (size_t count = sendable()) {
    auto acknowledgement = call_.acknowledger.pending();
    prepare(count, acknowledgement);
    int done = sendmmsg(call_.socket.fd(), batch_->messages.data(), static_cast<unsigned>(count),
                        kSendFlags);
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

size_t Uplink::sendable() const {
  return std::min({unsent(), kBatch, call_.transmit_window.room()});
}

std::optional<TimePoint> Uplink::next_deadline() const {
  return window_full_ ? call_.transmit_window.next_deadline() : std::nullopt;
}

bool Uplink::window_opens(TimePoint now) const {
  auto deadline = next_deadline();
  return window_full_ && (!deadline || *deadline <= now);
}

// Numbers are given to packets when they go out: one that never did takes none, and leaves no gap
// for the server to wait at.
void Uplink::prepare(size_t count, std::optional<Sequence> acknowledgement) {
  for (size_t i = 0; i < count; i++) {
    const Extent& extent = frames_[next_frame_ + i];
    size_t header =
        write_gre_header(batch_->headers[i], call_.peer_call_id, static_cast<uint16_t>(extent.size),
                         next_sequence_ + static_cast<uint32_t>(i), acknowledgement);
    batch_->vectors[i][0].iov_len = header;
    batch_->vectors[i][1] = {bytes_.data() + extent.offset, extent.size};
    acknowledgement.reset();  // once is enough
  }
}

void Uplink::sent(size_t count, TimePoint now) {
  if (call_.tap) [[unlikely]]
    tap(count);
  Statistics& statistics = call_.statistics;
  for (size_t i = 0; i < count; i++) {
    if (batch_->messages[i].msg_len < batch_->size(i)) statistics.tx_short++;
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

void Uplink::tap(size_t count) {
  call_.tap->begin_batch();
  for (size_t i = 0; i < count; i++) call_.tap->pass(Passage::gre_sent, batch_->vectors[i]);
}

void Uplink::tap(std::span<const iovec> packet) {
  call_.tap->begin_batch();
  call_.tap->pass(Passage::gre_sent, packet);
}

// A raw socket says ENOBUFS when it is full. If that is not why, it will say so again at once when
// poll() has found room, and then the packet is dropped.
void Uplink::wait_for_room() {
  call_.statistics.tx_waits++;
  blocked_ = retrying_ = true;
}

// The error may be the answer to an earlier packet (ICMP): the first packet of the batch gets a
// second chance before it is dropped.
void Uplink::failed(int error, TimePoint now) {
  call_.trouble(error, now);
  if (!std::exchange(retrying_, !retrying_)) return;
  (error == EMSGSIZE ? oversize_ : call_.statistics.tx_failed)++;
  next_frame_++;
}

void Uplink::forget_sent() {
  size_t gone = unsent() == 0 ? bytes_.size() : frames_[next_frame_].offset;
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(gone));
  frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(next_frame_));
  for (Extent& extent : frames_) extent.offset -= static_cast<uint32_t>(gone);
  next_frame_ = 0;
}

void Uplink::send_in_fault_order(TimePoint now) {
  while (true) {
    auto order = fault_order_.take(unsent());
    if (order.empty()) break;
    for (size_t offset : order) send_one(offset, now);
    next_frame_ += order.size();
    next_sequence_ = next_sequence_ + static_cast<uint32_t>(order.size());
  }
  forget_sent();
}

// Number and place in the order are those of the frame, not of the moment.
void Uplink::send_one(size_t offset, TimePoint now) {
  const Extent& extent = frames_[next_frame_ + offset];
  std::array<uint8_t, kMaxGreHeaderSize> header;
  Sequence sequence = next_sequence_ + static_cast<uint32_t>(offset);
  size_t size = write_gre_header(header, call_.peer_call_id, static_cast<uint16_t>(extent.size),
                                 sequence, call_.acknowledger.pending());
  std::array<iovec, 2> vectors{
      {{header.data(), size}, {bytes_.data() + extent.offset, extent.size}}};
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = vectors.size();
  if (sendmsg(call_.socket.fd(), &message, kSendFlags) < 0) {
    call_.statistics.tx_failed++;
    return call_.trouble(errno, now);
  }
  if (call_.tap) [[unlikely]]
    tap(vectors);
  call_.acknowledger.sent();
  call_.statistics.tx_sent++;
  call_.statistics.tx_bytes += extent.size;
}

void Uplink::acknowledge(TimePoint now) {
  auto number = call_.acknowledger.pending();
  if (!number) return;
  std::array<uint8_t, kMaxGreHeaderSize> header;
  size_t size = write_gre_header(header, call_.peer_call_id, 0, std::nullopt, number);
  if (::send(call_.socket.fd(), header.data(), size, kSendFlags) < 0) {
    call_.acknowledger.postpone(now);
    if (errno != EAGAIN) call_.trouble(errno, now);
    return;
  }
  if (call_.tap) [[unlikely]] {
    iovec packet{header.data(), size};
    tap({&packet, 1});
  }
  call_.acknowledger.sent_alone(now);
  call_.statistics.tx_acks++;
}

void Uplink::add_counters(Statistics& statistics) const {
  const HdlcErrors& errors = decoder_.errors();
  statistics.tx_oversize = oversize_ + errors.oversized;
  statistics.pty_bad_fcs = errors.bad_fcs;
  statistics.pty_too_short = errors.too_short;
  statistics.pty_aborted = errors.aborted;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/frame_receiver.hh"

#include <sys/socket.h>
#include <sys/uio.h>

#include "common/channel/gateway_settings.hh"
#include "common/system/log.hh"
#include "gre/writable.hh"

namespace callgate {
namespace {

constexpr size_t kBatch = 64;  // packets
constexpr size_t kSlotSize = kMaxIpHeaderSize + kMaxGreHeaderSize + kMaxFrameSize;

}  // namespace

// The memory for recvmmsg(). Pages that no packet has needed are never touched.
struct ReceiveBatch {
  std::unique_ptr<uint8_t[]> memory = std::make_unique_for_overwrite<uint8_t[]>(kBatch * kSlotSize);
  std::array<iovec, kBatch> vectors{};
  std::array<mmsghdr, kBatch> messages{};

  ReceiveBatch() {
    for (size_t i = 0; i < kBatch; i++) {
      vectors[i] = {memory.get() + i * kSlotSize, kSlotSize};
      messages[i].msg_hdr.msg_iov = &vectors[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
  }

  std::span<uint8_t> datagram(size_t i) {
    return {memory.get() + i * kSlotSize, messages[i].msg_len};
  }
  bool cut(size_t i) const { return messages[i].msg_hdr.msg_flags & MSG_TRUNC; }
};

ReceiveWindow::Settings window_settings(const GatewaySettings& settings) {
  return {.missing = settings.missing_window,
          .timeout = Duration(settings.timeout),
          .buffering = settings.buffer};
}

FrameReceiver::FrameReceiver(const ReceiveWindow::Settings& window, CallData& call,
                             GreSocket& socket, FrameSink& sink)
    : call_(call),
      socket_(socket),
      sink_(sink),
      window_(window, call.statistics),
      batch_(std::make_unique<ReceiveBatch>()) {}

FrameReceiver::~FrameReceiver() = default;

void FrameReceiver::receive(TimePoint now) {
  int received = socket_.receive(batch_->messages);
  if (received < 0 && errno == EAGAIN) return socket_is_empty(now);
  has_more_ = true;
  if (received < 0) {
    if (errno != EINTR) hear_errors(errno, now);
    return;
  }
  auto count = static_cast<size_t>(received);
  for (size_t i = 0; i < count; i++) take_datagram(batch_->datagram(i), batch_->cut(i), now);
  if (count < kBatch) socket_is_empty(now);
}

void FrameReceiver::socket_is_empty(TimePoint now) {
  has_more_ = false;
  hand_on_queued(now);
}

void FrameReceiver::hear_errors(int error, TimePoint now) {
  call_.statistics.rx_errors += socket_.hear_errors(error, call_.peer_call_id, now);
}

void FrameReceiver::take_datagram(std::span<uint8_t> datagram, bool cut, TimePoint now) {
  if (cut) {
    call_.statistics.rx_oversize++;
    return;
  }
  bool v4 = socket_.raw().family() == IpFamily::v4;
  auto bytes = v4 ? strip_ipv4_header(datagram) : ByteSpan(datagram);
  if (!bytes) {
    discard(datagram, GreError::truncated, now);
    return;
  }
  auto parsed = parse_gre(*bytes);
  if (auto* error = std::get_if<GreError>(&parsed))
    discard(*bytes, *error, now);
  else
    take_packet(std::get<GrePacket>(parsed), datagram, now);
}

void FrameReceiver::take_packet(const GrePacket& packet, std::span<uint8_t> datagram,
                                TimePoint now) {
  Statistics& statistics = call_.statistics;
  if (packet.call_id != call_.call_id) {
    statistics.rx_foreign++;
    return;
  }
  if (packet.acknowledgement) take_acknowledgement(*packet.acknowledgement, now);
  if (!packet.sequence)
    statistics.rx_acks++;
  else if (packet.payload.size() > kMaxFrameSize)
    statistics.rx_oversize++;
  else
    take_frame(*packet.sequence, writable(packet.payload, datagram), now);
}

void FrameReceiver::take_acknowledgement(Sequence sequence, TimePoint now) {
  call_.transmit_window.acknowledged(sequence, now);
  if (!call_.round_trip.acknowledged(sequence, now)) return;
  window_.path(call_.round_trip.adaptive_timeout());
  call_.transmit_window.path(call_.round_trip.adaptive_timeout());
  call_.acknowledger.path(call_.round_trip.estimate());
}

void FrameReceiver::take_frame(Sequence sequence, std::span<uint8_t> frame, TimePoint now) {
  Sequence expected = window_.expected();
  auto highest = window_.highest();
  bool proof = !window_.proven() && call_.lcp.proves(frame);
  auto verdict = window_.offer(sequence, frame, now, proof, sink_.order(frame));
  if (verdict == ReceiveWindow::Verdict::in_order || verdict == ReceiveWindow::Verdict::at_once)
    hand_on_in_place(frame, sequence, now);
  else if (log::wants(log::Level::debug))
    say_verdict(verdict, sequence, expected);
  hand_on_queued(now);
  if (window_.highest() && window_.highest() != highest)
    call_.acknowledger.received(*window_.highest(), now);
}

// pptp-linux has the first two texts.
void FrameReceiver::say_verdict(ReceiveWindow::Verdict verdict, Sequence sequence,
                                Sequence expected) const {
  switch (verdict) {
    case ReceiveWindow::Verdict::in_order:
    case ReceiveWindow::Verdict::at_once: return;
    case ReceiveWindow::Verdict::queued:
      return log::debug("buffering packet {} (expecting {}, lost or reordered)", sequence.number,
                        expected.number);
    case ReceiveWindow::Verdict::duplicate:
    case ReceiveWindow::Verdict::late:
      return log::debug("discarding duplicate or old packet {} (expecting {})", sequence.number,
                        expected.number);
    case ReceiveWindow::Verdict::far:
      return log::debug("discarding bogus packet {} (expecting {}), unless more like it follow",
                        sequence.number, expected.number);
  }
}

void FrameReceiver::discard(ByteSpan packet, GreError error, TimePoint now) {
  (error == GreError::truncated ? call_.statistics.rx_truncated : call_.statistics.rx_invalid)++;
  auto times = discards_.happened(now);
  if (!times) return;
  std::string bytes;
  for (uint8_t byte : packet.first(std::min<size_t>(packet.size(), 8)))
    bytes += fmt::format(" {:X}", byte);
  log::notice("Discarding GRE:{} ({}; {} so far)", bytes, describe(error), *times);
}

// A packet without a payload has used its number up, and that is all.
void FrameReceiver::hand_on_in_place(std::span<uint8_t> frame, Sequence sequence, TimePoint now) {
  if (frame.empty()) return;
  count(frame, now);
  sink_.take_in_place(frame, sequence);
}

void FrameReceiver::count(ByteSpan frame, TimePoint now) {
  call_.received.passed(frame, now);
  call_.statistics.rx_accepted++;
  call_.statistics.rx_bytes += frame.size();
}

void FrameReceiver::hand_on_queued(TimePoint now) {
  while (auto frame = window_.pop(now)) {
    if (frame->empty()) continue;
    count(*frame, now);
    sink_.take(*frame, window_.expected() + UINT32_MAX);
  }
}

}  // namespace callgate

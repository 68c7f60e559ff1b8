// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/downlink.hh"

#include <sys/socket.h>
#include <sys/uio.h>

#include "common/system/log.hh"

namespace callgate {
namespace {

constexpr size_t kBatch = 64;  // packets
constexpr size_t kSlotSize = kMaxIpHeaderSize + kMaxGreHeaderSize + kMaxFrameSize;

}  // namespace

// Where recvmmsg puts packets. Memory that no packet needed is never touched.
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

  ByteSpan datagram(size_t i) const { return {memory.get() + i * kSlotSize, messages[i].msg_len}; }
  bool cut(size_t i) const { return messages[i].msg_hdr.msg_flags & MSG_TRUNC; }
};

Downlink::Downlink(const Settings& settings, CallData& call)
    : call_(call),
      window_(settings.window),
      output_(settings.sync),
      batch_(std::make_unique<ReceiveBatch>()) {}

Downlink::~Downlink() = default;

bool Downlink::receive(TimePoint now) {
  int count = recvmmsg(call_.socket.fd(), batch_->messages.data(), kBatch, MSG_DONTWAIT, nullptr);
  if (count < 0) {
    if (errno == EAGAIN) return true;
    if (errno != EINTR) call_.receive_error(errno, now);
    return false;
  }
  if (call_.tap) [[unlikely]]
    tap(static_cast<size_t>(count));
  for (size_t i = 0; i < static_cast<size_t>(count); i++)
    take_datagram(batch_->datagram(i), batch_->cut(i), now);
  return static_cast<size_t>(count) < kBatch;
}

void Downlink::tap(size_t count) {
  bool whole = call_.socket.family() == IpFamily::v4;
  call_.tap->begin_batch();
  for (size_t i = 0; i < count; i++)
    call_.tap->pass(whole ? Passage::gre_received_whole : Passage::gre_received,
                    batch_->datagram(i));
}

void Downlink::take_datagram(ByteSpan datagram, bool cut, TimePoint now) {
  if (cut) {
    call_.statistics.rx_oversize++;
    return;
  }
  auto bytes = call_.socket.family() == IpFamily::v4 ? strip_ipv4_header(datagram) : datagram;
  if (!bytes) {
    discard(datagram, GreError::truncated, now);
    return;
  }
  auto parsed = parse_gre(*bytes);
  if (auto* error = std::get_if<GreError>(&parsed))
    discard(*bytes, *error, now);
  else
    take_packet(std::get<GrePacket>(parsed), now);
}

void Downlink::take_packet(const GrePacket& packet, TimePoint now) {
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
    take_frame(*packet.sequence, packet.payload, now);
}

void Downlink::take_acknowledgement(Sequence sequence, TimePoint now) {
  call_.transmit_window.acknowledged(sequence, now);
  if (!call_.round_trip.acknowledged(sequence, now)) return;
  window_.path(call_.round_trip.adaptive_timeout());
  call_.transmit_window.path(call_.round_trip.adaptive_timeout());
  call_.acknowledger.path(call_.round_trip.estimate());
}

void Downlink::take_frame(Sequence sequence, ByteSpan frame, TimePoint now) {
  Sequence expected = window_.expected();
  auto highest = window_.highest();
  auto verdict = window_.offer(sequence, frame, now);
  if (verdict == ReceiveWindow::Verdict::in_order)
    hand_on(frame);
  else if (log::wants(log::Level::debug))
    say_verdict(verdict, sequence, expected);
  hand_on_queued(now);
  if (window_.highest() != highest) call_.acknowledger.received(*window_.highest(), now);
}

// The first two texts are pptp-linux's.
void Downlink::say_verdict(ReceiveWindow::Verdict verdict, Sequence sequence,
                           Sequence expected) const {
  switch (verdict) {
    case ReceiveWindow::Verdict::in_order: return;
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

void Downlink::discard(ByteSpan packet, GreError error, TimePoint now) {
  (error == GreError::truncated ? call_.statistics.rx_truncated : call_.statistics.rx_invalid)++;
  auto times = discards_.happened(now);
  if (!times) return;
  std::string bytes;
  for (uint8_t byte : packet.first(std::min<size_t>(packet.size(), 8)))
    bytes += fmt::format(" {:X}", byte);
  log::notice("Discarding GRE:{} ({}; {} so far)", bytes, describe(error), *times);
}

void Downlink::hand_on(ByteSpan frame) {
  output_.append(frame, call_.lcp.map_for(frame));
  call_.lcp.from_server(frame);
  call_.statistics.rx_accepted++;
  call_.statistics.rx_bytes += frame.size();
}

void Downlink::hand_on_queued(TimePoint now) {
  while (auto frame = window_.pop(now)) hand_on(*frame);
}

void Downlink::add_counters(Statistics& statistics) const {
  const auto& counters = window_.counters();
  statistics.rx_lost = counters.lost;
  statistics.rx_under_win = counters.late;
  statistics.rx_over_win = counters.too_far;
  statistics.rx_buffered = counters.early;
  statistics.rx_duplicate = counters.duplicates;
  statistics.rx_resyncs = counters.resyncs;
  statistics.reorder_timeout = window_.timeout();
  statistics.pty_dropped = output_.dropped();
}

}  // namespace callgate

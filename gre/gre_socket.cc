// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/gre_socket.hh"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "common/channel/call_report.hh"
#include "common/system/log.hh"
#include "common/system/path_mtu.hh"

namespace callgate {
namespace {

constexpr auto kSendFlags = MSG_DONTWAIT | MSG_NOSIGNAL;

// ICMP messages taken at once. If there are more, POLLERR stays up, and the next turn takes them.
constexpr int kMostIcmp = 256;

std::string mtu_advice(const RawSocket& socket) {
  auto mtu = ppp_mtu(static_cast<uint32_t>(socket.path_mtu()), socket.family());
  if (mtu == 0) return {};
  return fmt::format("the path does not carry packets of this size: set mtu {} in pppd's options",
                     mtu);
}

void copy_received(CaptureTap& tap, IpFamily family, std::span<const mmsghdr> messages) {
  auto passage = family == IpFamily::v4 ? Passage::gre_received_whole : Passage::gre_received;
  tap.begin_batch();
  for (const auto& message : messages)
    tap.pass(passage,
             {static_cast<const uint8_t*>(message.msg_hdr.msg_iov[0].iov_base), message.msg_len});
}

void copy_sent(CaptureTap& tap, std::span<const mmsghdr> messages) {
  tap.begin_batch();
  for (const auto& message : messages)
    tap.pass(Passage::gre_sent, std::span(message.msg_hdr.msg_iov, message.msg_hdr.msg_iovlen));
}

bool has_hung_up(int channel) {
  pollfd state{channel, 0, 0};
  return poll(&state, 1, 0) > 0 && (state.revents & POLLHUP);
}

}  // namespace

// A user may stop their gateway and let it continue when the call is long over. So the channel is
// looked at after the packets were taken, and not before.
int GreSocket::receive(std::span<mmsghdr> messages) {
  int count = recvmmsg(raw_.fd(), messages.data(), static_cast<unsigned>(messages.size()),
                       MSG_DONTWAIT, nullptr);
  if (count > 0 && has_hung_up(channel_)) {
    errno = EAGAIN;
    return -1;
  }
  if (tap && count > 0) [[unlikely]]
    copy_received(*tap, raw_.family(), messages.first(static_cast<size_t>(count)));
  return count;
}

int GreSocket::send(std::span<mmsghdr> messages) {
  int count =
      sendmmsg(raw_.fd(), messages.data(), static_cast<unsigned>(messages.size()), kSendFlags);
  if (tap && count > 0) [[unlikely]]
    copy_sent(*tap, messages.first(static_cast<size_t>(count)));
  return count;
}

ssize_t GreSocket::send(std::span<uint8_t> packet) {
  ssize_t size = ::send(raw_.fd(), packet.data(), packet.size(), kSendFlags);
  if (tap && size >= 0) [[unlikely]] {
    tap->begin_batch();
    tap->pass(Passage::gre_sent, ByteSpan(packet));
  }
  return size;
}

void GreSocket::trouble(int error, TimePoint now) {
  SocketTroubles::Advice advice;
  if (error == EMSGSIZE) {
    too_large_++;
    advice = [this] { return mtu_advice(raw_); };
  }
  auto text = troubles_.happened(error, now, advice);
  if (!text) return;
  report::gre_error(error);
  log::warning("GRE to {}: {}", server_, *text);
}

// With IPv6, the pending error only repeats what the error queue says more precisely: the queue
// also tells which packet the ICMP message is about.
uint64_t GreSocket::hear_errors(int error, CallId peer_call_id, TimePoint now) {
  uint64_t heard = hear_icmp(peer_call_id, now);
  if (heard > 0 || error == 0) return heard;
  trouble(error, now);
  return 1;
}

uint64_t GreSocket::hear_icmp(CallId peer_call_id, TimePoint now) {
  uint64_t heard = 0;
  for (int i = 0; i < kMostIcmp; i++) {
    auto message = raw_.take_icmp();
    if (!message) break;
    if (message->local) continue;  // the send that failed has reported it
    heard++;
    if (int error = error_number(*message, peer_call_id)) trouble(error, now);
  }
  return heard;
}

}  // namespace callgate

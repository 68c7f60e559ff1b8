// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/server/gre_end.hh"

#include "common/system/os_error.hh"
#include "common/wire/gre_header.hh"
#include "gre/writable.hh"

namespace callgate::ppp::test {
namespace {

constexpr int kSocketBuffer = 4 << 20;  // bytes

UniqueFd open_socket(int family) {
  UniqueFd made(check(socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_GRE),
                      "open a raw GRE socket"));
  for (int option : {SO_RCVBUFFORCE, SO_SNDBUFFORCE})
    setsockopt(made.get(), SOL_SOCKET, option, &kSocketBuffer, sizeof kSocketBuffer);
  return made;
}

}  // namespace

GreEnd::Slots::Slots() : memory(kBatch * kSlot), vectors(kBatch), headers(kBatch) {
  for (size_t i = 0; i < kBatch; i++) {
    vectors[i] = {memory.data() + i * kSlot, kSlot};
    headers[i] = {};
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
}

GreEnd::GreEnd() : fds_{open_socket(AF_INET), open_socket(AF_INET6)}, to_(kBatch) {}

void GreEnd::receive(IpFamily family, const std::function<void(std::span<uint8_t>)>& take) {
  int count = recvmmsg(fd(family), in_.headers.data(), kBatch, MSG_DONTWAIT, nullptr);
  for (int i = 0; i < count; i++) {
    auto index = static_cast<size_t>(i);
    std::span packet{in_.memory.data() + index * kSlot, in_.headers[index].msg_len};
    if (family == IpFamily::v6)
      take(packet);
    else if (auto inner = strip_ipv4_header(packet))
      take(writable(*inner, packet));
  }
}

uint8_t* GreEnd::slot(const SocketAddress& to) {
  bool other_family = filled_ > 0 && to_[0].get()->sa_family != to.get()->sa_family;
  if (full() || other_family) flush();
  return out_.memory.data() + filled_ * kSlot;
}

void GreEnd::send(SocketAddress& to, size_t offset, size_t size) {
  uint8_t* packet = slot(to) + offset;
  to_[filled_] = to;
  out_.vectors[filled_] = {packet, size};
  msghdr& header = out_.headers[filled_].msg_hdr;
  header.msg_name = to_[filled_].get();
  header.msg_namelen = to.length;
  filled_++;
}

// What the socket has no room for is lost, as on a busy link.
void GreEnd::flush() {
  if (filled_ == 0) return;
  int socket = fds_[to_[0].get()->sa_family == AF_INET6].get();
  for (size_t sent = 0; sent < filled_;) {
    int count = sendmmsg(socket, out_.headers.data() + sent, static_cast<unsigned>(filled_ - sent),
                         MSG_DONTWAIT);
    sent += count > 0 ? static_cast<size_t>(count) : 1;
  }
  filled_ = 0;
}

}  // namespace callgate::ppp::test

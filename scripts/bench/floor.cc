// SPDX-License-Identifier: GPL-2.0-or-later
// The least that a gateway can do: it has batches and the vector codec, but no order, no checks, no
// acknowledgements and no timers. scripts/bench/gateway compares the contenders with it.
//
//   floor SERVER CALL-ID     standard input and output are the pty
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "common/system/os_error.hh"
#include "common/wire/gre_header.hh"
#include "common/wire/hdlc.hh"

using namespace callgate;

namespace {

constexpr size_t kBatch = 64;
constexpr size_t kSlot = 2048;
constexpr size_t kIpHeader = 20, kGreHeader = 12;  // the latter with a sequence number
constexpr size_t kReadSize = 64 * 1024;

struct Floor {
  int gre, pty = STDIN_FILENO;
  CallId call;
  uint32_t sequence = 0;
  HdlcDecoder decoder;
  Bytes input = Bytes(kReadSize), packets, output;
  std::array<std::array<uint8_t, kSlot>, kBatch> slots;
  std::array<iovec, kBatch> vectors{};
  std::array<mmsghdr, kBatch> messages{};

  Floor(int socket, CallId peer) : gre(socket), call(peer) {
    output.resize(kBatch * max_hdlc_size(kSlot) + kCodecSlack);
    for (size_t i = 0; i < kBatch; i++) {
      messages[i].msg_hdr.msg_iov = &vectors[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
  }

  void down() {
    for (size_t i = 0; i < kBatch; i++) vectors[i] = {slots[i].data(), kSlot};
    int count = recvmmsg(gre, messages.data(), kBatch, MSG_DONTWAIT, nullptr);
    uint8_t* end = output.data();
    for (size_t i = 0; i < static_cast<size_t>(std::max(count, 0)); i++) {
      if (!(slots[i][kIpHeader] & 0x10)) continue;  // it has no data
      constexpr size_t kHeaders = kIpHeader + kGreHeader;
      end += encode_hdlc(ByteSpan(slots[i]).first(messages[i].msg_len).subspan(kHeaders), 0, end);
    }
    for (const uint8_t* at = output.data(); at < end;) {
      ssize_t taken = write(pty, at, static_cast<size_t>(end - at));
      if (taken > 0) at += taken;
      pollfd room{pty, POLLOUT, 0};
      if (at < end) poll(&room, 1, -1);
    }
  }

  bool up() {
    ssize_t size = read(pty, input.data(), input.size());
    if (size <= 0) return size < 0 && errno == EAGAIN;
    size_t count = 0;
    packets.clear();
    decoder.decode(ByteSpan(input).first(static_cast<size_t>(size)), [&](ByteSpan frame) {
      std::array<uint8_t, kMaxGreHeaderSize> header;
      size_t length = write_gre_header(header, call, static_cast<uint16_t>(frame.size()),
                                       Sequence{sequence++}, std::nullopt);
      packets.insert(packets.end(), header.begin(), header.begin() + length);
      packets.insert(packets.end(), frame.begin(), frame.end());
      vectors[count++].iov_len = length + frame.size();
      if (count == kBatch) send(std::exchange(count, 0));
    });
    send(count);
    return true;
  }

  void send(size_t count) {
    uint8_t* at = packets.data();
    for (size_t i = 0; i < count; i++) {
      vectors[i].iov_base = at;
      at += vectors[i].iov_len;
    }
    for (size_t done = 0; done < count;) {
      int sent = sendmmsg(gre, &messages[done], static_cast<unsigned>(count - done), 0);
      if (sent > 0) done += static_cast<size_t>(sent);
    }
    packets.clear();
  }
};

}  // namespace

int main(int, char** argv) {
  int gre = check(socket(AF_INET, SOCK_RAW, IPPROTO_GRE), "open a raw socket");
  int room = 1 << 20;
  setsockopt(gre, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  sockaddr_in server{.sin_family = AF_INET};
  inet_pton(AF_INET, argv[1], &server.sin_addr);
  check(connect(gre, reinterpret_cast<sockaddr*>(&server), sizeof server), "connect");
  fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);

  auto floor = std::make_unique<Floor>(gre, static_cast<CallId>(std::atoi(argv[2])));
  while (true) {
    std::array<pollfd, 2> fds{{{gre, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
    check(poll(fds.data(), fds.size(), -1), "poll");
    if (fds[0].revents & POLLIN) floor->down();
    if (fds[1].revents & POLLIN && !floor->up()) return 0;
    if (fds[1].revents & POLLHUP) return 0;
  }
}

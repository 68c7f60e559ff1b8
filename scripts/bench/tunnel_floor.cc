// SPDX-License-Identifier: GPL-2.0-or-later
// The least that a tunnel without pppd can do. Both ends are this program: a tun device with
// segmentation offload on one side and a raw GRE socket on the other, batches, MPPE in lockstep
// with fixed keys, and TCP segments joined into one write. There is no control connection, no
// negotiation, no order, no check of any packet or sum, and no rule about acknowledgements.
// scripts/bench/tunnel compares Callgate with it.
//
//   tunnel_floor PEER DEVICE client|server plain|mppe
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <memory>

#include "common/system/os_error.hh"
#include "common/wire/gre_header.hh"
#include "ppp/mppe.hh"

using namespace callgate;
using namespace callgate::ppp;

namespace {

constexpr size_t kBatch = 64;
constexpr size_t kSlot = 2048;
constexpr size_t kRoom = 64;  // for all headers before an IP packet in a slot
constexpr size_t kIpHeader = 20;
// struct virtio_net_hdr: linux/virtio_net.h cannot be read as C++.
struct VirtioHeader {
  uint8_t flags, type;
  uint16_t headers, segment, sum_start, sum_offset;
};
constexpr uint8_t kNeedsSum = 1, kTcp4 = 1;

constexpr size_t kLargestRead = sizeof(VirtioHeader) + 65536;
constexpr size_t kTcpSum = 16;  // place of the checksum in TCP's header
constexpr int kFin = 0x01, kPush = 0x08, kAck = 0x10;
constexpr CallId kCall{7};
constexpr MppeKind kKind{KeyLength::bits_128, true};

uint32_t add_up(const uint8_t* at, size_t size, uint64_t sum = 0) {
  uint64_t other = 0;
  for (; size >= 8; at += 8, size -= 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    sum += word & UINT32_MAX;
    other += word >> 32;
  }
  uint64_t rest = 0;
  std::memcpy(&rest, at, size);
  sum += other + (rest & UINT32_MAX) + (rest >> 32);
  while (sum > UINT16_MAX) sum = (sum & UINT16_MAX) + (sum >> 16);
  return static_cast<uint32_t>(sum);
}

void put(uint8_t* to, uint32_t sum) {
  auto value = static_cast<uint16_t>(sum);
  std::memcpy(to, &value, sizeof value);
}

template <typename T>
T load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

int open_tun(const char* name) {
  int fd = check(open("/dev/net/tun", O_RDWR | O_NONBLOCK), "open /dev/net/tun");
  ifreq request{};
  std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
  check(ioctl(fd, TUNSETIFF, &request), "make {}", name);
  check(ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4), "set TUNSETOFFLOAD");
  return fd;
}

int open_gre(const char* peer) {
  int gre = check(socket(AF_INET, SOCK_RAW, IPPROTO_GRE), "open a raw socket");
  int room = 1 << 20;
  setsockopt(gre, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  sockaddr_in address{.sin_family = AF_INET};
  inet_pton(AF_INET, peer, &address.sin_addr);
  check(connect(gre, reinterpret_cast<sockaddr*>(&address), sizeof address), "connect");
  return gre;
}

using Slots = std::array<std::array<uint8_t, kSlot>, kBatch>;
struct Messages {
  std::array<iovec, kBatch> vectors{};
  std::array<mmsghdr, kBatch> headers{};

  Messages() {
    for (size_t i = 0; i < kBatch; i++) {
      headers[i].msg_hdr.msg_iov = &vectors[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
  }
};

class Up {
 public:
  Up(int tun, int gre, std::optional<MppeSender> mppe) : tun_(tun), gre_(gre), mppe_(mppe) {}

  // Sends what the device has, at most until a batch is full.
  void turn(const Sequence& received) {
    while (count_ < kBatch) {
      ssize_t size = read(tun_, input_.get(), kLargestRead);
      if (size <= static_cast<ssize_t>(sizeof(VirtioHeader))) break;
      cut(input_.get() + sizeof(VirtioHeader), static_cast<size_t>(size) - sizeof(VirtioHeader),
          received);
    }
    flush(received);
  }

 private:
  void cut(uint8_t* ip, size_t size, const Sequence& received) {
    auto header = load<VirtioHeader>(input_.get());
    size_t transport = header.sum_start;
    if (header.type == 0) {
      if (header.flags & kNeedsSum)
        put(ip + transport + header.sum_offset, ~add_up(ip + transport, size - transport));
      std::memcpy(next(received), ip, size);
      sizes_[count_++] = size;
      return;
    }
    size_t headers = transport + (ip[transport + 12] >> 4) * 4u;
    auto sequence = ntohl(load<uint32_t>(ip + transport + 4));
    auto id = ntohs(load<uint16_t>(ip + 4));
    // The sum of the pseudo-header that is there has the length of all in it.
    uint32_t pseudo = load<uint16_t>(ip + transport + kTcpSum) +
                      (0xFFFFu & ~htons(static_cast<uint16_t>(size - transport)));
    for (size_t at = headers; at < size; at += header.segment) {
      size_t payload = std::min<size_t>(header.segment, size - at), all = headers + payload;
      uint8_t* to = next(received);
      std::memcpy(to, ip, headers);
      std::memcpy(to + headers, ip + at, payload);
      put(to + 2, htons(static_cast<uint16_t>(all)));
      put(to + 4, htons(id++));
      put(to + 10, 0);
      put(to + 10, ~add_up(to, transport));
      uint32_t number = htonl(sequence + static_cast<uint32_t>(at - headers));
      std::memcpy(to + transport + 4, &number, sizeof number);
      if (at + payload < size) to[transport + 13] &= static_cast<uint8_t>(~(kFin | kPush));
      put(to + transport + kTcpSum, 0);
      uint32_t sum = pseudo + htons(static_cast<uint16_t>(all - transport));
      put(to + transport + kTcpSum, ~add_up(to + transport, all - transport, sum));
      sizes_[count_++] = all;
    }
  }

  uint8_t* next(const Sequence& received) {
    if (count_ == kBatch) flush(received);
    return slots_[count_].data() + kRoom;
  }

  void flush(const Sequence& received) {
    std::array<MppeSender::Packet, kBatch> packets;
    for (size_t i = 0; i < count_; i++) {
      uint8_t* at = slots_[i].data() + kRoom;
      size_t size = sizes_[i];
      auto prepend = [&](std::initializer_list<uint8_t> bytes) {
        at -= bytes.size(), size += bytes.size();
        std::copy(bytes.begin(), bytes.end(), at);
      };
      prepend({0x00, 0x21});
      if (mppe_) {
        packets[i] = {{at, size}, at - kMppeHeader};
        prepend({0x00, 0xFD, 0x00, 0x00});
      }
      prepend({0xFF, 0x03});
      std::array<uint8_t, kMaxGreHeaderSize> header;
      size_t length = write_gre_header(header, kCall, static_cast<uint16_t>(size),
                                       Sequence{sequence_++}, received);
      at -= length;
      std::memcpy(at, header.data(), length);
      messages_.vectors[i] = {at, size + length};
    }
    if (mppe_) mppe_->encrypt({packets.data(), count_});
    for (size_t done = 0; done < count_;) {
      int sent = sendmmsg(gre_, &messages_.headers[done], static_cast<unsigned>(count_ - done), 0);
      if (sent > 0) done += static_cast<size_t>(sent);
    }
    count_ = 0;
  }

  int tun_, gre_;
  std::optional<MppeSender> mppe_;
  uint32_t sequence_ = 0;
  std::unique_ptr<uint8_t[]> input_ = std::make_unique<uint8_t[]>(kLargestRead);
  Slots slots_;
  std::array<size_t, kBatch> sizes_{};
  size_t count_ = 0;
  Messages messages_;
};

class Down {
 public:
  Down(int tun, int gre, std::optional<MppeReceiver> mppe) : tun_(tun), gre_(gre), mppe_(mppe) {}

  void turn() {
    for (size_t i = 0; i < kBatch; i++) messages_.vectors[i] = {slots_[i].data(), kSlot};
    int count = recvmmsg(gre_, messages_.headers.data(), kBatch, MSG_DONTWAIT, nullptr);
    size_t packets = 0;
    for (size_t i = 0; i < static_cast<size_t>(std::max(count, 0)); i++) {
      uint8_t* gre = slots_[i].data() + kIpHeader;
      received_ = Sequence{ntohl(load<uint32_t>(gre + 8))};
      size_t header = kIpHeader + 12 + (gre[1] & 0x80 ? 4 : 0) + 2;
      if (mppe_) header += 2;  // 00 FD; without MPPE, 00 21 follows, as it does after decryption
      ByteSpan rest(slots_[i].data() + header, messages_.headers[i].msg_len - header);
      packets_[packets++] = {rest, slots_[i].data() + header, received_};
    }
    if (mppe_) mppe_->decrypt({packets_.data(), packets});
    for (size_t i = 0; i < packets;) i += join(i, packets);
  }

  const Sequence& received() const { return received_; }

 private:
  ByteSpan ip(size_t i) const {
    size_t size = packets_[i].datagram.size() - 2 - (mppe_ ? kMppeHeader : 0);
    return {packets_[i].to + 2, size};
  }

  // Writes a packet, and those that follow it in its TCP connection. Returns how many.
  size_t join(size_t first, size_t end) {
    ByteSpan head = ip(first);
    VirtioHeader header{};
    std::array<iovec, kBatch + 1> pieces;
    pieces[0] = {&header, sizeof header};
    auto* data = packets_[first].to + 2;
    pieces[1] = {data, head.size()};
    size_t count = 1, all = head.size();
    constexpr size_t kHeaders = kIpHeader + 32;  // with timestamps
    bool tcp = head.size() > kHeaders && head[9] == IPPROTO_TCP && head[32] >> 4 == 8;
    uint32_t next = tcp ? ntohl(load<uint32_t>(&head[24])) : 0;
    for (; tcp && first + count < end; count++) {
      next += static_cast<uint32_t>(ip(first + count - 1).size() - kHeaders);
      ByteSpan more = ip(first + count);
      bool follows =
          more.size() > kHeaders && more.size() <= head.size() &&
          ip(first + count - 1).size() == head.size() && (more[33] & ~kPush) == kAck &&
          std::memcmp(&more[6], &head[6], 4) == 0 && std::memcmp(&more[12], &head[12], 12) == 0 &&
          ntohl(load<uint32_t>(&more[24])) == next && std::memcmp(&more[28], &head[28], 5) == 0 &&
          std::memcmp(&more[40], &head[40], 12) == 0;
      if (!follows || all + more.size() > UINT16_MAX) break;
      pieces[count + 1] = {packets_[first + count].to + 2 + kHeaders, more.size() - kHeaders};
      all += more.size() - kHeaders;
    }
    if (count > 1) {
      header = {.flags = kNeedsSum,
                .type = kTcp4,
                .headers = kHeaders,
                .segment = static_cast<uint16_t>(head.size() - kHeaders),
                .sum_start = kIpHeader,
                .sum_offset = kTcpSum};
      data[33] |= packets_[first + count - 1].to[2 + 33];
      put(data + 2, htons(static_cast<uint16_t>(all)));
      put(data + 10, 0);
      put(data + 10, ~add_up(data, kIpHeader));
      put(data + kIpHeader + kTcpSum,
          add_up(data + 12, 8, htons(IPPROTO_TCP) + htons(static_cast<uint16_t>(all - kIpHeader))));
    }
    [[maybe_unused]] ssize_t written = writev(tun_, pieces.data(), static_cast<int>(count) + 1);
    return count;
  }

  int tun_, gre_;
  std::optional<MppeReceiver> mppe_;
  Sequence received_{0};
  Slots slots_;
  std::array<MppeReceiver::Packet, kBatch> packets_;
  Messages messages_;
};

}  // namespace

int main(int, char** argv) {
  bool server = std::strcmp(argv[3], "server") == 0, encrypt = std::strcmp(argv[4], "mppe") == 0;
  int tun = open_tun(argv[2]), gre = open_gre(argv[1]);
  std::optional<MppeSender> sender;
  std::optional<MppeReceiver> receiver;
  if (encrypt)
    sender.emplace(MasterKey{server}, kKind), receiver.emplace(MasterKey{!server}, kKind);
  auto up = std::make_unique<Up>(tun, gre, sender);
  auto down = std::make_unique<Down>(tun, gre, receiver);
  std::puts("ready");
  std::fflush(stdout);
  while (true) {
    std::array<pollfd, 2> fds{{{gre, POLLIN, 0}, {tun, POLLIN, 0}}};
    check(poll(fds.data(), fds.size(), -1), "poll");
    if (fds[0].revents & POLLIN) down->turn();
    if (fds[1].revents & POLLIN) up->turn(down->received());
  }
}

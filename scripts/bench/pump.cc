// SPDX-License-Identifier: GPL-2.0-or-later
// Traffic for scripts/bench/gateway. This program plays pppd at the pty and the server at GRE, so
// that it knows what went in and what came out. It prints one line of JSON.
//
//   pump down|up|lone-down|lone-up GRE-FD PTY-FD CLIENT CALL-ID SIZE RATE SECONDS FIRST
//
// SIZE is the size of a PPP frame in bytes. RATE is in packets/s; 0 = as fast as possible. FIRST is
// the sequence number of the first GRE packet. lone-* sends one packet at a time and measures the
// latency of each.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <random>

#include "common/system/os_error.hh"
#include "common/wire/gre_header.hh"
#include "common/wire/hdlc.hh"

using namespace callgate;

namespace {

constexpr size_t kBatch = 64;
constexpr size_t kIpHeader = 20;
constexpr int kQuiet = 200;  // ms without a packet after which no more will come
constexpr int kLost = 500;   // ms after which a lone packet has been lost
constexpr auto kPause = std::chrono::microseconds(1500);  // between lone packets, on average

using Seconds = std::chrono::duration<double>;

struct Order {
  std::string mode;
  int gre, pty;
  sockaddr_in client{};
  CallId call{};
  size_t size = 0;
  double rate = 0;
  Seconds time{};
  uint32_t first = 0;
};

Order parse(char** words) {
  Order order{.mode = words[1], .gre = std::atoi(words[2]), .pty = std::atoi(words[3])};
  order.client.sin_family = AF_INET;
  inet_pton(AF_INET, words[4], &order.client.sin_addr);
  order.call = static_cast<CallId>(std::atoi(words[5]));
  order.size = static_cast<size_t>(std::atoi(words[6]));
  order.rate = std::atof(words[7]);
  order.time = Seconds(std::atof(words[8]));
  order.first = static_cast<uint32_t>(std::strtoul(words[9], nullptr, 10));
  return order;
}

// Each frame begins as an IP packet in PPP. The rest is random, as in encrypted traffic.
std::vector<Bytes> make_frames(size_t size) {
  std::mt19937 random(1);
  std::vector<Bytes> frames(kBatch, Bytes(size));
  for (Bytes& frame : frames) {
    for (uint8_t& byte : frame) byte = static_cast<uint8_t>(random());
    constexpr uint8_t kHead[] = {0xFF, 0x03, 0x00, 0x21, 0x45};
    std::copy(std::begin(kHead), std::end(kHead), frame.begin());
  }
  return frames;
}

// The ends of both directions.

class GreSender {
 public:
  explicit GreSender(const Order& order) : order_(order), frames_(make_frames(order.size)) {
    for (size_t i = 0; i < kBatch; i++) {
      vectors_[i][1] = {frames_[i].data(), frames_[i].size()};
      messages_[i].msg_hdr = {.msg_name = &order_.client,
                              .msg_namelen = sizeof order_.client,
                              .msg_iov = vectors_[i].data(),
                              .msg_iovlen = 2};
    }
  }

  size_t send(size_t count) {
    count = std::min(count, kBatch);
    for (size_t i = 0; i < count; i++) {
      Sequence number{order_.first + sent_ + static_cast<uint32_t>(i)};
      auto size = static_cast<uint16_t>(order_.size);
      size_t header = write_gre_header(headers_[i], order_.call, size, number, std::nullopt);
      vectors_[i][0] = {headers_[i].data(), header};
    }
    int done = sendmmsg(order_.gre, messages_.data(), static_cast<unsigned>(count), 0);
    if (done < 0) return 0;
    sent_ += static_cast<uint32_t>(done);
    return static_cast<size_t>(done);
  }

 private:
  Order order_;
  std::vector<Bytes> frames_;
  std::array<std::array<uint8_t, kMaxGreHeaderSize>, kBatch> headers_;
  std::array<std::array<iovec, 2>, kBatch> vectors_;
  std::array<mmsghdr, kBatch> messages_{};
  uint32_t sent_ = 0;
};

class PtyWriter {
 public:
  explicit PtyWriter(const Order& order) : fd_(order.pty) {
    for (const Bytes& frame : make_frames(order.size)) {
      starts_.push_back(stream_.size());
      encode_hdlc(frame, 0, stream_);
    }
    starts_.push_back(stream_.size());
  }

  size_t send(size_t count) {
    count = std::min(count, kBatch);
    ByteSpan left = ByteSpan(stream_).first(starts_[count]);
    while (!left.empty()) {
      ssize_t taken = write(fd_, left.data(), left.size());
      if (taken < 0 && errno != EAGAIN) throw OsError(errno, "write to the pty");
      if (taken > 0) left = left.subspan(static_cast<size_t>(taken));
      pollfd room{fd_, POLLOUT, 0};
      if (!left.empty()) poll(&room, 1, -1);
    }
    return count;
  }

 private:
  int fd_;
  Bytes stream_;
  std::vector<size_t> starts_;  // of each frame
};

class PtyReader {
 public:
  explicit PtyReader(const Order& order) : fd(order.pty), size_(order.size) {}

  size_t receive() {
    size_t count = 0;
    ssize_t size = read(fd, input_.data(), input_.size());
    if (size <= 0) return 0;
    decoder_.decode(ByteSpan(input_).first(static_cast<size_t>(size)),
                    [&](ByteSpan frame) { count += frame.size() == size_; });
    return count;
  }
  uint64_t damaged() const { return decoder_.errors().bad_fcs; }

  int fd;

 private:
  size_t size_;
  HdlcDecoder decoder_;
  Bytes input_ = Bytes(64 * 1024);
};

class GreReceiver {
 public:
  explicit GreReceiver(const Order& order) : fd(order.gre), size_(order.size) {
    for (size_t i = 0; i < kBatch; i++) {
      vectors_[i] = {slots_[i].data(), slots_[i].size()};
      messages_[i].msg_hdr.msg_iov = &vectors_[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
    }
  }

  size_t receive() {
    int got = recvmmsg(fd, messages_.data(), kBatch, MSG_DONTWAIT, nullptr);
    size_t count = 0;
    for (size_t i = 0; i < static_cast<size_t>(std::max(got, 0)); i++) {
      auto packet = parse_gre(ByteSpan(slots_[i]).first(messages_[i].msg_len).subspan(kIpHeader));
      auto* good = std::get_if<GrePacket>(&packet);
      if (!good)
        damaged_++;
      else if (good->payload.size() == size_)
        count++;
    }
    return count;
  }
  uint64_t damaged() const { return damaged_; }

  int fd;

 private:
  size_t size_;
  uint64_t damaged_ = 0;
  std::vector<std::array<uint8_t, 2048>> slots_{kBatch};
  std::array<iovec, kBatch> vectors_;
  std::array<mmsghdr, kBatch> messages_{};
};

struct Received {
  uint64_t count = 0, damaged = 0;
  double seconds = 0;  // until the last of them
};

// Receives until the other end of `stop` is closed and nothing has come for kQuiet.
template <typename Receiver>
Received receive_all(Receiver receiver, int stop) {
  Received all;
  auto start = Clock::now();
  bool stopped = false;
  while (true) {
    std::array<pollfd, 2> fds{{{receiver.fd, POLLIN, 0}, {stopped ? -1 : stop, POLLIN, 0}}};
    int ready = poll(fds.data(), fds.size(), kQuiet);
    if (ready == 0 && stopped) break;
    if (fds[1].revents) stopped = true;
    if (!fds[0].revents) continue;
    if (size_t count = receiver.receive()) {
      all.count += count;
      all.seconds = Seconds(Clock::now() - start).count();
    }
  }
  all.damaged = receiver.damaged();
  return all;
}

template <typename Sender>
uint64_t send_all(Sender sender, const Order& order) {
  uint64_t sent = 0;
  auto start = Clock::now();
  while (true) {
    Seconds passed = Clock::now() - start;
    if (passed >= order.time) return sent;
    if (order.rate == 0) {
      sent += sender.send(kBatch);
      continue;
    }
    auto due = static_cast<uint64_t>(passed.count() * order.rate) + 1;
    if (due > sent) {
      sent += sender.send(due - sent);
      continue;
    }
    timespec wait{
        0, static_cast<long>(1e9 * (static_cast<double>(sent) / order.rate - passed.count()))};
    nanosleep(&wait, nullptr);
  }
}

template <typename Sender, typename Receiver>
void stream(const Order& order) {
  int stop[2], result[2];
  check(pipe(stop), "make a pipe");
  check(pipe(result), "make a pipe");
  pid_t child = check(fork(), "fork");
  if (child == 0) {
    close(stop[1]);
    Received all = receive_all(Receiver(order), stop[0]);
    _exit(write(result[1], &all, sizeof all) == sizeof all ? 0 : 1);
  }
  close(stop[0]);
  uint64_t sent = send_all(Sender(order), order);
  close(stop[1]);
  Received all;
  if (read(result[0], &all, sizeof all) != sizeof all) _exit(1);
  waitpid(child, nullptr, 0);
  fmt::print("{{\"sent\": {}, \"received\": {}, \"damaged\": {}, \"seconds\": {}}}\n", sent,
             all.count, all.damaged, all.seconds);
}

template <typename Sender, typename Receiver>
void lone(const Order& order) {
  Sender sender(order);
  Receiver receiver(order);
  std::mt19937 random(std::random_device{}());
  std::exponential_distribution<double> pause(1 / Seconds(kPause).count());
  std::string latencies;  // us
  uint64_t sent = 0, received = 0;
  for (auto end = Clock::now() + order.time; Clock::now() < end;) {
    timespec wait{0, static_cast<long>(1e9 * std::min(0.02, pause(random)))};
    nanosleep(&wait, nullptr);
    auto start = Clock::now();
    sent += sender.send(1);
    pollfd in{receiver.fd, POLLIN, 0};
    size_t got = 0;
    while (got == 0 && poll(&in, 1, kLost) > 0) got = receiver.receive();
    if (got == 0) continue;
    received++;
    latencies += fmt::format("{}{:.1f}", latencies.empty() ? "" : ", ",
                             1e6 * Seconds(Clock::now() - start).count());
  }
  fmt::print("{{\"sent\": {}, \"received\": {}, \"damaged\": {}, \"latencies\": [{}]}}\n", sent,
             received, receiver.damaged(), latencies);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 10) return 2;
  prctl(PR_SET_TIMERSLACK, 1);
  Order order = parse(argv);
  int room = 8 << 20;
  setsockopt(order.gre, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  if (order.mode == "down")
    stream<GreSender, PtyReader>(order);
  else if (order.mode == "up")
    stream<PtyWriter, GreReceiver>(order);
  else if (order.mode == "lone-down")
    lone<GreSender, PtyReader>(order);
  else if (order.mode == "lone-up")
    lone<PtyWriter, GreReceiver>(order);
  else
    return 2;
}

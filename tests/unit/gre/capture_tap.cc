// SPDX-License-Identifier: GPL-2.0-or-later
// Copies on their way to pptpctl: nothing waits, everything is bounded, what is lost is counted.
#include "gre/capture_tap.hh"

#include <fcntl.h>
#include <sys/socket.h>

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

class Watcher {
 public:
  Watcher() {
    int fds[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds) == 0);
    tap.emplace(5, UniqueFd(fds[0]));
    gateways_end_ = fds[0];
    socket_ = Channel(UniqueFd(fds[1]));
  }
  std::vector<Captured> heard() {
    std::vector<Captured> records;
    while (true) {
      auto received = socket_.receive();
      auto* message = std::get_if<ChannelMessage>(&received);
      if (!message) return records;
      records.push_back(std::get<Captured>(*message));
    }
  }
  void set_room(int size) { setsockopt(gateways_end_, SOL_SOCKET, SO_SNDBUF, &size, sizeof size); }
  void set_blocking() { fcntl(gateways_end_, F_SETFL, 0); }
  void leave() { socket_ = Channel(UniqueFd()); }
  void pass(size_t size, size_t count = 1) {
    Bytes packet(size, 0x55);
    for (size_t i = 0; i < count; i++) tap->pass(Passage::gre_sent, ByteSpan(packet));
  }

  std::optional<CaptureTap> tap;

 private:
  int gateways_end_ = -1;
  Channel socket_{UniqueFd()};
};

size_t packets_in(const std::vector<Captured>& records) {
  size_t count = 0;
  for (const auto& record : records) count += record.packets.size();
  return count;
}

}  // namespace

TEST_CASE("what passes together goes in one record, byte for byte") {
  Watcher watcher;
  watcher.tap->begin_batch();
  std::string header = "head", frame("fra\0me", 6);
  std::array<iovec, 2> pieces{{{header.data(), header.size()}, {frame.data(), frame.size()}}};
  watcher.tap->pass(Passage::gre_sent, pieces);
  watcher.tap->pass(Passage::gre_received, ByteSpan(Bytes{1, 2}));
  watcher.tap->flush();
  auto records = watcher.heard();
  REQUIRE(records.size() == 1);
  CHECK(records[0].dropped == 0);
  REQUIRE(records[0].packets.size() == 2);
  CHECK(records[0].packets[0].bytes == std::string("headfra\0me", 10));
  CHECK(records[0].packets[0].passage == Passage::gre_sent);
  CHECK(records[0].packets[0].time > 1'000'000'000'000'000'000);
  CHECK(records[0].packets[1].bytes == "\1\2");
}

TEST_CASE("a watcher that does not read costs packets, which the next record counts once") {
  Watcher watcher;
  watcher.set_room(10'000);  // for few records
  watcher.set_blocking();    // the watcher can do this: the gateway does not wait all the same
  watcher.pass(4000, 30);    // one to a record, as two do not fit
  watcher.tap->flush();
  auto dropped = watcher.tap->dropped();
  CHECK(dropped > 0);
  CHECK(packets_in(watcher.heard()) == 30 - dropped);
  for (uint64_t told : {dropped, uint64_t{0}}) {
    watcher.pass(4000);
    watcher.tap->flush();
    auto records = watcher.heard();
    REQUIRE(records.size() == 1);
    CHECK(records[0].dropped == told);
  }
  CHECK(watcher.tap->dropped() == dropped);
}

TEST_CASE("small packets fill a record, and no record is too long for the channel") {
  Watcher watcher;
  watcher.set_room(1'000'000);
  watcher.pass(12, 1000);
  watcher.pass(500, 40);
  watcher.tap->flush();
  auto records = watcher.heard();
  CHECK(packets_in(records) == 1040);
  CHECK(records.size() <= 7);
}

TEST_CASE("a packet longer than any is dropped, not cut") {
  Watcher watcher;
  watcher.pass(kMaxCapturedPacket);
  CHECK(watcher.tap->dropped() == 0);
  watcher.pass(kMaxCapturedPacket + 1);
  CHECK(watcher.tap->dropped() == 1);
}

TEST_CASE("a watcher that has gone costs nothing else") {
  Watcher watcher;
  watcher.leave();
  watcher.pass(100, 3);
  watcher.tap->flush();
  CHECK(watcher.tap->dropped() == 3);
}

TEST_CASE("the last word comes after the last record, and counts what no record has told of") {
  Watcher watcher;
  watcher.pass(100, 2);
  auto ended = watcher.tap->end();
  CHECK(packets_in(watcher.heard()) == 2);
  CHECK(ended.asker == 5);
  CHECK(ended.dropped == 0);
  watcher.leave();
  watcher.pass(100, 3);
  CHECK(watcher.tap->end().dropped == 3);
}

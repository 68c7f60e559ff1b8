// SPDX-License-Identifier: GPL-2.0-or-later
// Copies on their way to the manager: nothing waits, everything is bounded, what is lost is
// counted.
#include "gre/capture_tap.hh"

#include <fcntl.h>
#include <sys/socket.h>

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

class Listener {
 public:
  Listener() {
    int fds[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds) == 0);
    gateway = Channel(UniqueFd(fds[0]));
    manager = Channel(UniqueFd(fds[1]));
  }
  template <typename Message>
  std::vector<Message> heard() {
    std::vector<Message> messages;
    while (true) {
      auto received = manager.receive();
      auto* message = std::get_if<ChannelMessage>(&received);
      if (!message) return messages;
      messages.push_back(std::get<Message>(*message));
    }
  }

  Channel gateway{UniqueFd()}, manager{UniqueFd()};
};

void pass(CaptureTap& tap, size_t size, size_t count = 1) {
  Bytes packet(size, 0x55);
  for (size_t i = 0; i < count; i++) tap.pass(Passage::gre_sent, ByteSpan(packet));
}

size_t packets_in(const std::vector<Captured>& records) {
  size_t count = 0;
  for (const auto& record : records) count += record.packets.size();
  return count;
}

}  // namespace

TEST_CASE("what passes together goes in one record, byte for byte") {
  Listener listener;
  CaptureTap tap(5);
  tap.add_credit(1);
  tap.begin_batch();
  std::string header = "head", frame("fra\0me", 6);
  std::array<iovec, 2> pieces{{{header.data(), header.size()}, {frame.data(), frame.size()}}};
  tap.pass(Passage::gre_sent, pieces);
  tap.pass(Passage::gre_received, ByteSpan(Bytes{1, 2}));
  tap.flush(listener.gateway);
  auto records = listener.heard<Captured>();
  REQUIRE(records.size() == 1);
  CHECK(records[0].capture == 5);
  CHECK(records[0].dropped == 0);
  REQUIRE(records[0].packets.size() == 2);
  CHECK(records[0].packets[0].bytes == std::string("headfra\0me", 10));
  CHECK(records[0].packets[0].passage == Passage::gre_sent);
  CHECK(records[0].packets[0].time > 1'000'000'000'000'000'000);
  CHECK(records[0].packets[1].bytes == "\1\2");
}

TEST_CASE("nothing is sent without credit, and no more than there is credit for") {
  Listener listener;
  CaptureTap tap(1);
  pass(tap, 4000, 6);  // one to a record, as two do not fit
  tap.flush(listener.gateway);
  CHECK(listener.heard<Captured>().empty());
  tap.add_credit(2);
  tap.flush(listener.gateway);
  CHECK(listener.heard<Captured>().size() == 2);
  tap.add_credit(kCaptureCredit);
  tap.flush(listener.gateway);
  CHECK(listener.heard<Captured>().size() == 4);
}

TEST_CASE("credit does not add up to more than may be on its way") {
  Listener listener;
  CaptureTap tap(1);
  for (int i = 0; i < 10; i++) tap.add_credit(kCaptureCredit);
  pass(tap, 4000, 20);
  tap.flush(listener.gateway);
  CHECK(listener.heard<Captured>().size() == kCaptureCredit);
}

TEST_CASE("a full queue drops what comes, and says how much") {
  Listener listener;
  CaptureTap tap(1);
  pass(tap, 4000, CaptureTap::kMaxQueued + 3);
  CHECK(tap.dropped() == 3);
  tap.add_credit(1);
  tap.flush(listener.gateway);
  CHECK(listener.heard<Captured>()[0].dropped == 3);
  pass(tap, 4000, 1);  // there is room again
  CHECK(tap.dropped() == 3);
}

TEST_CASE("small packets fill a record, and no record is too long for the channel") {
  Listener listener;
  CaptureTap tap(1);
  pass(tap, 12, 1000);
  pass(tap, 500, 40);
  tap.add_credit(kCaptureCredit);
  tap.flush(listener.gateway);
  auto records = listener.heard<Captured>();
  CHECK(packets_in(records) == 1040);
  CHECK(records.size() <= 7);
}

TEST_CASE("a packet longer than any is dropped, not cut") {
  CaptureTap tap(1);
  pass(tap, kMaxCapturedPacket);
  CHECK(tap.dropped() == 0);
  pass(tap, kMaxCapturedPacket + 1);
  CHECK(tap.dropped() == 1);
}

TEST_CASE("a channel that takes no more loses nothing") {
  Listener listener;
  int size = 10'000;  // room for one record
  setsockopt(listener.gateway.fd(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  CaptureTap tap(1);
  tap.add_credit(kCaptureCredit);
  pass(tap, 1000, 24);
  size_t got = 0;
  for (int i = 0; i < 100 && got < 24; i++) {
    tap.flush(listener.gateway);
    got += packets_in(listener.heard<Captured>());
  }
  CHECK(got == 24);
  CHECK(tap.dropped() == 0);
}

TEST_CASE("the last word counts what was left in the queue") {
  Listener listener;
  CaptureTap tap(9);
  pass(tap, 4000, 3);
  tap.end(listener.gateway);
  auto ended = listener.heard<CaptureEnded>();
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].capture == 9);
  CHECK(ended[0].dropped == 3);
}

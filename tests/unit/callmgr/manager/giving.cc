// SPDX-License-Identifier: GPL-2.0-or-later
// A manager that is taken over gives a batch whenever it is asked, and holds everything until the
// taker has said that it does.
#include "callmgr/manager/giving.hh"

#include <sys/socket.h>

#include <thread>

#include "callmgr/manager/descriptor_passing.hh"
#include "callmgr/manager/handover_image.hh"
#include "common/system/os_error.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

constexpr uint32_t kTaker = 7;
constexpr Duration kWithin{100};

// A manager with this many sockets, and its taker at the other end.
class Estate : public Giving::Owner {
 public:
  explicit Estate(size_t count) {
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
    ours.reset(ends[0]);
    taker.reset(ends[1]);
    add(count);
  }
  void add(size_t count) {
    for (; count > 0; count--) held_.emplace_back(socket(AF_UNIX, SOCK_STREAM, 0));
  }
  std::vector<int> descriptors_for(uint32_t) override {
    std::vector<int> all;
    for (const auto& fd : held_) all.push_back(fd.get());
    return all;
  }
  UniqueFd image_for(uint32_t) override {
    images++;
    return handover::write_image({handover::Head{}});
  }
  void given_to(uint32_t number) override { given = number; }
  void not_given_to(uint32_t, const std::string& reason) override { why = reason; }

  void says(const ChannelMessage& message) { REQUIRE(Channel(dup_of(taker)).send(message)); }
  static UniqueFd dup_of(const UniqueFd& fd) { return UniqueFd(dup(fd.get())); }

  UniqueFd ours, taker;
  uint32_t given = 0;
  std::string why;
  int images = 0;

 private:
  std::vector<UniqueFd> held_;
};

}  // namespace

TEST_CASE("the taker gets every descriptor and the image, in as many batches as it takes") {
  for (size_t count : {size_t{1}, kMostInBatch - 1, kMostInBatch, 2 * kMostInBatch + 5}) {
    Estate estate(count);
    Giving giving(kTaker, estate.ours.get(), estate, Duration(5'000));
    std::vector<UniqueFd> received;
    std::thread taker([&] {
      received = receive_descriptors(estate.taker.get(), {});
      Channel(Estate::dup_of(estate.taker)).send(Taken{});
    });
    Channel questions(Estate::dup_of(estate.ours));
    for (size_t batches = count / kMostInBatch + 1; batches > 0; batches--) {
      CHECK(estate.given == 0);
      CHECK(std::holds_alternative<ChannelMessage>(questions.receive()));
      giving.next_batch();
    }
    taker.join();
    CHECK(estate.given == kTaker);
    CHECK(received.size() == count + 1);
    CHECK(estate.images == 1);
  }
}

TEST_CASE("what happens between two batches is in the image") {
  Estate estate(kMostInBatch);
  Giving giving(kTaker, estate.ours.get(), estate, kWithin);
  giving.next_batch();
  CHECK(estate.images == 0);
  estate.add(2);
  estate.says(Taken{});
  giving.next_batch();
  CHECK(estate.given == kTaker);
}

TEST_CASE("a taker that asks and does not read is given up at once") {
  Estate estate(3);
  while (send(estate.ours.get(), "?", 1, MSG_DONTWAIT) > 0) continue;
  Giving giving(kTaker, estate.ours.get(), estate, kWithin);
  giving.next_batch();
  CHECK(estate.given == 0);
  CHECK(estate.why.find("pass descriptors on: it does not read them") == 0);
}

TEST_CASE("a taker that has gone gets nothing") {
  Estate estate(3);
  Giving giving(kTaker, estate.ours.get(), estate, kWithin);
  estate.taker.reset();
  giving.next_batch();
  CHECK(estate.given == 0);
  CHECK(estate.why.find("pass descriptors on: Broken pipe") == 0);
}

TEST_CASE("a taker that never says that it has taken everything can no longer say so") {
  Estate estate(3);
  Giving giving(kTaker, estate.ours.get(), estate, kWithin);
  giving.next_batch();
  CHECK(estate.given == 0);
  CHECK(estate.why.find("wait until it has taken everything: Connection timed out") == 0);
  CHECK_FALSE(Channel(Estate::dup_of(estate.taker)).send(Taken{}));
}

TEST_CASE("a taker that says something else in place of Taken is given up at once") {
  Estate estate(3);
  Giving giving(kTaker, estate.ours.get(), estate, Duration(60'000));
  estate.says(CallEnded{});
  giving.next_batch();
  CHECK(estate.given == 0);
  CHECK_FALSE(Channel(Estate::dup_of(estate.taker)).send(Taken{}));
}

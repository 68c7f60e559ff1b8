// SPDX-License-Identifier: GPL-2.0-or-later
// A manager that is taken over waits for nobody: it gives what the taker reads, when it reads it.
#include "callmgr/manager/giving.hh"

#include <sys/socket.h>

#include "callmgr/manager/descriptor_passing.hh"
#include "callmgr/manager/handover_image.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

constexpr uint32_t kTaker = 7;
constexpr Duration kWithin{300};
constexpr Duration kEvent{60'000};  // for what has to come; only a failure takes this long

// A manager with so many sockets, and its taker at the other end.
class Estate : public Giving::Owner {
 public:
  explicit Estate(size_t count) {
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends) == 0);
    ours_.reset(ends[0]);
    taker.reset(ends[1]);
    add(count);
  }
  void add(size_t count) {
    for (; count > 0; count--) held_.emplace_back(socket(AF_UNIX, SOCK_STREAM, 0));
  }
  // Until no more fits.
  void fill() {
    while (send(ours_.get(), "?", 1, MSG_DONTWAIT) > 0) full_++;
  }
  void drain() {
    char octet;
    for (; full_ > 0; full_--) REQUIRE(recv(taker.get(), &octet, 1, 0) == 1);
  }
  // Lets the loop turn for a while, or until all is given.
  void run(Duration time) {
    Watch end = loop.timer([&] { loop.quit(); });
    end.start(time);
    loop.run();
  }
  // Lets a timer of this manager come this often.
  void tick(int times) {
    Watch tick;
    tick = loop.timer([&] { --times > 0 ? tick.start(Duration(1)) : loop.quit(); });
    tick.start(Duration(1));
    loop.run();
  }
  std::unique_ptr<Giving> give(Duration within = kWithin) {
    return std::make_unique<Giving>(loop, kTaker, ours_.get(), *this, within);
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
  void given_to(uint32_t number) override { given = number, loop.quit(); }
  void not_given_to(uint32_t, const std::string& reason) override { why = reason; }

  EventLoop loop;
  UniqueFd taker;
  uint32_t given = 0;
  std::string why;
  int images = 0;

 private:
  UniqueFd ours_;
  std::vector<UniqueFd> held_;
  size_t full_ = 0;
};

}  // namespace

TEST_CASE("the taker gets every descriptor and the image, in as many batches as it takes") {
  for (size_t count : {size_t{1}, kMostInBatch - 1, kMostInBatch, 2 * kMostInBatch + 5}) {
    Estate estate(count);
    auto giving = estate.give();
    estate.run(kEvent);
    CHECK(estate.given == kTaker);
    CHECK(receive_descriptors(estate.taker.get()).size() == count + 1);
    CHECK(estate.images == 1);
  }
}

TEST_CASE("while the taker reads nothing, the manager goes on; it gives all when there is room") {
  Estate estate(3);
  estate.fill();
  auto giving = estate.give(kEvent);
  estate.tick(20);
  CHECK(estate.why.empty());  // it has not waited for the taker meanwhile
  CHECK(estate.given == 0);
  CHECK(estate.images == 0);  // what happens now must be in it
  estate.add(2);
  estate.drain();
  estate.run(kEvent);
  CHECK(estate.given == kTaker);
  CHECK(receive_descriptors(estate.taker.get()).size() == 6);
}

TEST_CASE("a taker that reads nothing for too long is given up") {
  Estate estate(3);
  estate.fill();
  auto giving = estate.give();
  estate.run(kWithin + Duration(100));
  CHECK(estate.given == 0);
  CHECK(estate.why == "pass descriptors on: it does not read them");
}

TEST_CASE("a taker that goes away gets nothing") {
  Estate estate(3);
  auto giving = estate.give();
  estate.taker.reset();
  estate.run(Duration(50));
  CHECK(estate.given == 0);
  CHECK(estate.why.find("pass descriptors on: Broken pipe") == 0);
}

// SPDX-License-Identifier: GPL-2.0-or-later
// The handles of the event loop: what they promise about their own destruction.
#include "callmgr/event_loop.hh"

#include <signal.h>
#include <sys/socket.h>

#include "common/system/unique_fd.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

// One end can be written, and read as soon as the other has been written to.
struct Pair {
  Pair() {
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    left.reset(ends[0]);
    right.reset(ends[1]);
  }
  void write() { REQUIRE(send(right.get(), "x", 1, 0) == 1); }
  UniqueFd left, right;
};

constexpr Duration kSoon{1}, kTooLong{10'000};

}  // namespace

TEST_CASE("a timer fires once for every start") {
  EventLoop loop;
  int fired = 0;
  Watch timer = loop.timer([&] { fired++; });
  loop.run();  // nothing was started: returns at once
  CHECK(fired == 0);
  timer.start(Duration(-5));  // a deadline that is past
  loop.run();
  CHECK(fired == 1);
  timer.start(kSoon);
  loop.run();
  CHECK(fired == 2);
}

TEST_CASE("starting a timer again moves it") {
  EventLoop loop;
  int fired = 0;
  Watch timer = loop.timer([&] { fired++; });
  timer.start(kTooLong);
  timer.start(kSoon);
  loop.run();
  CHECK(fired == 1);
}

TEST_CASE("a callback may destroy the watch it was called through, and itself with it") {
  EventLoop loop;
  Pair pair;
  auto canary = std::make_shared<std::string>("still here");
  std::weak_ptr<std::string> life = canary;
  Watch watch;
  watch = loop.on_readable(pair.left.get(), [&watch, canary] {
    watch = {};
    CHECK(*canary == "still here");  // the lambda's own member, after the Watch is gone
  });
  canary.reset();
  watch.start();
  pair.write();
  loop.run();
  CHECK_FALSE(watch);
  CHECK(life.expired());
}

TEST_CASE("a callback may put another watch in its own place") {
  EventLoop loop;
  Pair pair;
  int second = 0;
  Watch watch;
  watch = loop.on_readable(pair.left.get(), [&] {
    watch = loop.on_readable(pair.left.get(), [&] {
      second++;
      watch.stop();
    });
    watch.start();
  });
  watch.start();
  pair.write();
  loop.run();
  CHECK(second == 1);
}

TEST_CASE("a watch that is destroyed by another's callback is not called any more") {
  EventLoop loop;
  Pair one, two;
  int calls = 0;
  Watch watches[2];
  auto destroy_both = [&] {
    calls++;
    watches[0] = {};
    watches[1] = {};
  };
  watches[0] = loop.on_readable(one.left.get(), destroy_both);
  watches[1] = loop.on_readable(two.left.get(), destroy_both);
  for (auto& watch : watches) watch.start();
  one.write();
  two.write();  // both are ready in the same turn
  loop.run();
  CHECK(calls == 1);
}

TEST_CASE("a watch moves with its callback") {
  EventLoop loop;
  Pair pair;
  int calls = 0;
  Watch first = loop.on_writable(pair.left.get(), [&] {
    calls++;
    loop.quit();
  });
  first.start();
  Watch second = std::move(first);
  CHECK_FALSE(first);
  first.stop();  // an empty one may be stopped
  loop.run();
  CHECK(calls == 1);
}

TEST_CASE("the time is the same throughout a turn, and goes on with the next one") {
  EventLoop loop;
  std::vector<TimePoint> times;
  auto note = [&] {
    times.push_back(loop.now());
    while (Clock::now() == times.back()) continue;
    CHECK(loop.now() == times.back());
  };
  Pair one, two;
  Watch first = loop.on_writable(one.left.get(), note);
  Watch second = loop.on_writable(two.left.get(), note);
  Watch later = loop.timer([&] {
    times.push_back(loop.now());
    loop.quit();
  });
  first.start();
  second.start();
  later.start(Duration(0));
  loop.run();
  CHECK(loop.now() > times.front());
  later.start(kSoon);
  times.clear();
  loop.run();
  REQUIRE(times.size() > 2);
  CHECK(times[0] == times[1]);
  CHECK(times.back() > times.front());
  CHECK(loop.now() > times.back());
}

TEST_CASE("a signal is an event") {
  EventLoop loop;
  int calls = 0;
  Watch watch = loop.on_signal(SIGUSR1, [&] {
    calls++;
    loop.quit();
  });
  watch.start();
  raise(SIGUSR1);
  loop.run();
  CHECK(calls == 1);
}

TEST_CASE("what a callback throws comes out of run()") {
  EventLoop loop;
  Watch timer = loop.timer([] { throw std::runtime_error("out of memory"); });
  timer.start(kSoon);
  CHECK_THROWS_WITH(loop.run(), "out of memory");
}

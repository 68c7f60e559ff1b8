// SPDX-License-Identifier: GPL-2.0-or-later
// The search for the MTU, against a path that is simulated.
#include "gre/engine/mtu_watch.hh"

#include <set>

#include "tests/unit/catch.hh"

using namespace callgate;
using std::chrono::milliseconds;

namespace {

constexpr uint16_t kMost = 1456;
constexpr Duration kInterval = std::chrono::seconds(30);
constexpr milliseconds kRoundTrip{20};

// Runs a watch over a path until nothing is left to do before `end`.
struct Path {
  MtuWatch watch{kInterval};
  uint16_t carries = 1500;
  unsigned lose_every = 0;  // Echo-Request that would pass; 0 = none
  bool silent = false;
  TimePoint now{std::chrono::hours(1)};
  unsigned sent = 0, passed = 0;
  std::set<uint16_t> sizes;

  void begin(uint16_t most = kMost) { watch.begin(most, kRoundTrip, now); }

  void run(TimePoint::duration time) {
    auto end = now + time;
    while (watch.deadline() && *watch.deadline() <= end) {
      now = std::max(now, *watch.deadline());
      auto asked = watch.advance(now);
      for (uint16_t size : asked) {
        sent++;
        sizes.insert(size);
        if (silent || size > carries) continue;
        if (lose_every && ++passed % lose_every == 0) continue;
        watch.answered(size, now + kRoundTrip);
      }
    }
    now = end;
  }

  // Returns how long it took.
  milliseconds until_ready() {
    auto begun = now;
    while (!watch.ready()) run(milliseconds(10));
    return std::chrono::duration_cast<milliseconds>(now - begun);
  }
};

}  // namespace

TEST_CASE("a path that carries everything is measured with two Echo-Requests, in a round trip") {
  Path path;
  path.begin();
  CHECK_FALSE(path.watch.ready());
  CHECK(path.until_ready() <= milliseconds(50));
  CHECK(path.watch.measured());
  CHECK(path.watch.mtu() == kMost);
  CHECK(path.sent == 2);
}

TEST_CASE("whatever the path carries, the MTU passes and is at most 4 bytes too small") {
  for (uint16_t carries = MtuWatch::kLeast; carries <= kMost; carries++) {
    CAPTURE(carries);
    Path path{.carries = carries};
    path.begin();
    CHECK(path.until_ready() <= std::chrono::seconds(4));
    REQUIRE(path.watch.mtu() <= carries);
    REQUIRE(carries - path.watch.mtu() <= MtuWatch::kExact);
    REQUIRE(*path.sizes.rbegin() <= kMost);
  }
}

TEST_CASE("a lost Echo-Request is no narrow path") {
  for (unsigned lose_every : {2, 3, 5}) {
    Path path{.carries = 1300, .lose_every = lose_every};
    path.begin();
    path.until_ready();
    CAPTURE(lose_every);
    CHECK(path.watch.mtu() <= 1300);
    CHECK(path.watch.mtu() >= 1300 - MtuWatch::kExact);
  }
}

TEST_CASE("a server that answers no Echo-Request of these sizes leaves the MTU as it is") {
  Path path{.silent = true};
  path.begin();
  path.until_ready();
  CHECK_FALSE(path.watch.measured());
  CHECK(path.watch.mtu() == kMost);
}

TEST_CASE("a path that becomes narrower is noticed by the next check") {
  Path path;
  path.begin();
  path.run(std::chrono::minutes(1));
  path.carries = 1200;
  path.run(kInterval + std::chrono::seconds(15));
  CHECK(path.watch.mtu() <= 1200);
  CHECK(path.watch.mtu() >= 1200 - MtuWatch::kExact);
}

TEST_CASE("a path that becomes wider is noticed within ten minutes") {
  Path path{.carries = 1200};
  path.begin();
  path.run(std::chrono::minutes(5));
  path.carries = 1500;
  path.run(MtuWatch::kGrow + kInterval);
  CHECK(path.watch.mtu() == kMost);
}

TEST_CASE("an outage of any length and at any time leaves the MTU as it is") {
  for (auto begin = milliseconds(0); begin < std::chrono::seconds(4); begin += milliseconds(100)) {
    CAPTURE(begin.count());
    Path path;
    path.begin();
    path.run(kInterval - std::chrono::seconds(1) + begin);
    path.silent = true;
    path.run(std::chrono::minutes(2) + begin);
    path.silent = false;
    path.run(kInterval);
    REQUIRE(path.watch.mtu() == kMost);
  }
}

TEST_CASE("what the kernel learns counts at once, and is measured") {
  Path path;
  path.begin();
  path.run(std::chrono::seconds(1));
  path.carries = 1340;
  path.watch.limit(1356, path.now);
  CHECK(path.watch.mtu() == 1356);
  path.run(std::chrono::seconds(15));
  CHECK(path.watch.mtu() <= 1340);
  CHECK(path.watch.mtu() >= 1340 - MtuWatch::kExact);
}

TEST_CASE("what the kernel learns during the first measurement ends it sooner") {
  Path path{.carries = 1256};
  path.begin();
  path.run(milliseconds(20));
  path.watch.limit(1256, path.now);
  CHECK(path.until_ready() <= milliseconds(50));
  CHECK(path.watch.mtu() == 1256);
}

TEST_CASE("a larger MTU that becomes possible is used only after an answer") {
  Path path{.carries = 1256};
  path.begin(1256);
  path.run(std::chrono::seconds(1));
  path.watch.limit(kMost, path.now);
  path.run(std::chrono::seconds(15));
  CHECK(path.watch.mtu() == 1256);
  path.carries = 1500;
  path.run(MtuWatch::kGrow + kInterval);
  CHECK(path.watch.mtu() == kMost);
}

TEST_CASE("an answer that nobody has asked for changes nothing") {
  Path path{.carries = 1000};
  path.watch.answered(1456, path.now);
  path.begin();
  path.watch.answered(1400, path.now);
  path.watch.answered(9000, path.now);
  path.watch.answered(0, path.now);
  path.until_ready();
  CHECK(path.watch.mtu() <= 1000);
  path.watch.answered(1456, path.now);
  CHECK(path.watch.mtu() <= 1000);
}

TEST_CASE("a path that is narrower than every size is measured with what there is") {
  Path path;
  path.begin(300);
  path.run(std::chrono::minutes(1));
  CHECK(path.watch.mtu() == 300);
  CHECK(*path.sizes.rbegin() == 300);
}

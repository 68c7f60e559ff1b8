// SPDX-License-Identifier: GPL-2.0-or-later
// The receive window on simulated paths, in simulated time. Whatever a path does, pppd gets no
// packet late or twice, and nothing waits longer than --timeout. On a short path the wait is much
// shorter.
#include <algorithm>
#include <random>

#include "tests/unit/catch.hh"
#include "tests/unit/gre/window_driver.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

constexpr uint32_t kPackets = 5000;
constexpr uint32_t kInOrder = 40;   // the first packets; other tests are about the start
constexpr int64_t kMeasured = 400;  // ms after which the path is known

struct Path {
  int loss, reorder;   // per cent
  int jitter;          // ms by which a reordered packet comes later
  int round_trip;      // ms, 0 = the server acknowledges nothing
  uint32_t first;      // sequence number
  int spacing = 1;     // ms from one packet to the next
  bool early = false;  // netem's kind: reordered packets come at once, and all others later
};

struct Arrival {
  int64_t time;  // ms
  uint32_t number;
};

// Some packets are lost, some are late.
std::vector<Arrival> arrivals(const Path& path, uint32_t seed) {
  std::mt19937 random(seed);
  auto per_cent = [&] { return static_cast<int>(random() % 100); };
  std::vector<Arrival> all;
  for (uint32_t n = 0; n < kPackets; n++) {
    if (n >= kInOrder && per_cent() < path.loss) continue;
    bool reordered = n >= kInOrder && per_cent() < path.reorder;
    int64_t late = reordered && !path.early ? 1 + random() % path.jitter : 0;
    if (path.early && !reordered) late = path.jitter;
    all.push_back({n * path.spacing + late, path.first + n});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Arrival& a, const Arrival& b) { return a.time < b.time; });
  return all;
}

struct Outcome {
  size_t sent = 0, delivered = 0, late = 0;
  int64_t longest_wait = 0, longest_wait_at_the_end = 0;  // ms
};

Outcome run(const Path& path, uint32_t seed) {
  auto all = arrivals(path, seed);
  WindowDriver window({.missing = 1000});
  Outcome outcome{.sent = all.size()};
  for (const Arrival& arrival : all) {
    while (window.core().next_deadline() && window.until_deadline() <= arrival.time)
      window.at(window.until_deadline());
    window.at(arrival.time);
    if (path.round_trip && arrival.number % 32 == 0)
      window.path(Duration(path.round_trip + static_cast<int>(arrival.number % 3)));
    window.offer(arrival.number);
    auto deadline = window.core().next_deadline();
    int64_t wait = deadline ? window.until_deadline() - arrival.time : 0;
    if (arrival.time > kMeasured) outcome.longest_wait = std::max(outcome.longest_wait, wait);
    if (arrival.time > kPackets * path.spacing / 2)
      outcome.longest_wait_at_the_end = std::max(outcome.longest_wait_at_the_end, wait);
  }
  window.at(kPackets * path.spacing + 1000);
  outcome.delivered = window.delivered().size();
  outcome.late = window.statistics().rx_under_win;
  for (size_t i = 1; i < outcome.delivered; i++)
    REQUIRE(Sequence{window.delivered()[i]} - Sequence{window.delivered()[i - 1]} > 0);
  return outcome;
}

constexpr uint32_t kWraps = 0xFFFFFFFF - kPackets / 2;

}  // namespace

TEST_CASE("no path makes the window hand on a packet late or wait too long") {
  for (uint32_t seed = 1; seed <= 40; seed++) {
    std::mt19937 random(seed);
    auto below = [&](unsigned limit) { return static_cast<int>(random() % limit); };
    Path path{below(30), below(60), 1 + below(400), below(2) * below(200), seed % 2 ? kWraps : 0};
    Outcome outcome = run(path, seed);
    CHECK(outcome.longest_wait <= 301);  // rounded up
    CHECK(outcome.delivered + outcome.late == outcome.sent);
  }
}

TEST_CASE("a loss on a path of 10 ms does not stall the tunnel for 300 ms") {
  Outcome outcome =
      run({.loss = 1, .reorder = 0, .jitter = 1, .round_trip = 10, .first = kWraps}, 7);
  CHECK(outcome.longest_wait <= 13);
  CHECK(outcome.delivered == outcome.sent);
}

TEST_CASE("nor where the server acknowledges nothing, once that is seen") {
  Outcome outcome =
      run({.loss = 2, .reorder = 0, .jitter = 1, .round_trip = 0, .first = kWraps}, 7);
  CHECK(outcome.longest_wait_at_the_end <= 40);
}

TEST_CASE("the wait covers the disorder of the path, and little more") {
  for (int jitter : {5, 20, 80}) {
    Outcome outcome =
        run({.loss = 1, .reorder = 5, .jitter = jitter, .round_trip = 40, .first = kWraps}, 7);
    CAPTURE(jitter, outcome.late, outcome.longest_wait_at_the_end);
    CHECK(outcome.late * 100 < outcome.sent);  // of 5 % that are overtaken
    CHECK(outcome.longest_wait_at_the_end <= 3 * jitter + 15);
  }
}

// 20 ms, 1 % loss, 5 % reordering: the path of tests/vm/test_ppp_netem.py. A fixed wait of 300 ms
// has no packet late on it.
TEST_CASE("on a path that displaces packets by 20 ms no packet is given up too soon") {
  for (int spacing : {1, 4, 10, 15}) {
    for (uint32_t seed = 1; seed <= 10; seed++) {
      Outcome outcome = run({.loss = 1,
                             .reorder = 5,
                             .jitter = 20,
                             .round_trip = 41,
                             .first = kWraps,
                             .spacing = spacing,
                             .early = true},
                            seed);
      CAPTURE(spacing, seed);
      CHECK(outcome.late == 0);
      CHECK(outcome.delivered == outcome.sent);
      CHECK(outcome.longest_wait_at_the_end <= 60);
    }
  }
}

// The first packets of a call carry LCP. What is lost of them costs three seconds, until pppd or
// the server sends it again.
TEST_CASE("a call that begins on such a path hands on all but one in a thousand of what arrives") {
  for (uint32_t first : {0u, 1u, 500'000u}) {
    size_t arrived = 0, delivered = 0;
    for (uint32_t seed = 1; seed <= 500; seed++) {
      std::mt19937 random(seed);
      std::vector<Arrival> all;
      for (uint32_t n = 0; n < 30; n++) {
        if (random() % 100 < 1) continue;
        bool at_once = random() % 100 < 5;
        all.push_back({n * 10 + (at_once ? 0 : 20), first + n});
      }
      std::ranges::stable_sort(all, {}, &Arrival::time);
      WindowDriver window;
      for (const Arrival& arrival : all) {
        while (window.core().next_deadline() && window.until_deadline() <= arrival.time)
          window.at(window.until_deadline());
        window.at(arrival.time);
        window.offer(arrival.number);
      }
      window.at(5000);
      arrived += all.size();
      delivered += window.delivered().size();
    }
    CAPTURE(first, arrived, delivered);
    CHECK(delivered <= arrived);
    CHECK((arrived - delivered) * 1000 < arrived);
  }
}

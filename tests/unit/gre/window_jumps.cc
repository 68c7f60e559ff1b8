// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers outside the window: an outage is survived, and a stranger who guesses gets nothing in.
#include <random>

#include "tests/unit/catch.hh"
#include "tests/unit/gre/window_driver.hh"

using namespace callgate;
using namespace callgate::test;
using Verdict = ReceiveWindow::Verdict;
using Numbers = std::vector<uint32_t>;

namespace {

constexpr uint32_t kWindow = ReceiveWindow::kDefaultMissing;
constexpr uint32_t kLeastRun = ReceiveWindow::kLeastRun;

struct Established : WindowDriver {
  explicit Established(uint32_t packets = 10) {
    for (uint32_t n = 0; n < packets; n++) offer(n);
  }
};

// Returns how many packets from `first` on it takes until the window follows them.
uint32_t run_needed(WindowDriver& window, uint32_t first, uint32_t most) {
  for (uint32_t n = 0; n < most; n++) {
    window.forge(first + n);
    if (window.forged() > 0) return n + 1;
  }
  return UINT32_MAX;
}

}  // namespace

TEST_CASE("a single wild number changes nothing") {
  WindowDriver window({}, {0});
  for (uint32_t wild : {0x80000000u, 100'000u, 0xFFFFFFF0u}) {
    window.offer(wild);
    window.offer(window.delivered().back() + 1);
  }
  CHECK(window.delivered() == Numbers{0, 1, 2, 3});
  CHECK(window.statistics().rx_resyncs == 0);
}

TEST_CASE("wild numbers between packets in order never add up") {
  WindowDriver window({}, {0});
  for (uint32_t n = 1; n < 1000; n++) {
    window.offer(n);
    window.forge(100'000 + n);
  }
  CHECK(window.delivered().size() == 1000);
  CHECK(window.forged() == 0);
}

TEST_CASE("an outage longer than the window loses only what was lost on the way") {
  WindowDriver window({}, {0});
  for (uint32_t n : {1000u, 1002u, 1003u, 1004u, 1006u}) CHECK(window.offer(n) == Verdict::far);
  CHECK(window.delivered() == Numbers{0});
  window.offer(1005);  // late within the run
  window.offer(1007);
  window.at(1000);
  CHECK(window.delivered() == Numbers{0, 1002, 1003, 1004, 1005, 1006, 1007});
  CHECK(window.statistics().rx_resyncs == 1);
}

TEST_CASE("an outage is over after a window's part of what it lost") {
  for (uint32_t lost : {301u, 1000u, 30'000u, 1'000'000u}) {
    Established window;
    uint32_t needed = 0;
    while (window.delivered().size() == 10) window.offer(10 + lost + needed++);
    CAPTURE(lost, needed);
    CHECK(needed <= std::max(kLeastRun, (lost + needed) / kWindow + 3));
    CHECK(window.offer(10 + lost + needed) == Verdict::in_order);
  }
}

TEST_CASE("what waits when the numbering jumps is delivered before it") {
  WindowDriver window({}, {0});
  window.offer(2);
  for (uint32_t n = 1000; n < 1006; n++) window.offer(n);
  CHECK(window.delivered() == Numbers{0, 2, 1000, 1001, 1002, 1003, 1004, 1005});
}

TEST_CASE("numbers behind are late, however long the server was silent") {
  Established window(1000);
  window.at(3'600'000);
  for (uint32_t n = 0; n < 900; n++) CHECK(window.forge(n) == Verdict::late);
  for (uint32_t n = 0xFFFFFF00; n != 100; n++) CHECK(window.forge(n) == Verdict::late);
  for (uint32_t n = 0x80001000; n != 0x80003000; n++) window.forge(n);
  CHECK(window.forged() == 0);
  CHECK(window.offer(1000) == Verdict::in_order);
}

TEST_CASE("silence makes no run shorter") {
  for (uint32_t jump : {301u, 5000u, 200'000u, 0x7FFF0000u}) {
    Established busy, silent;
    silent.at(36'000'000);
    uint32_t most = 5000;
    CHECK(run_needed(busy, 10 + jump, most) == run_needed(silent, 10 + jump, most));
  }
}

TEST_CASE("a run costs more packets than a guess of each window on its way") {
  for (uint32_t jump : {301u, 600u, 3000u, 100'000u, 3'000'000u}) {
    Established window;
    uint32_t needed = run_needed(window, 10 + jump, 20'000);
    CAPTURE(jump, needed);
    REQUIRE(needed != UINT32_MAX);
    CHECK(uint64_t{needed} * kWindow > jump);
  }
}

TEST_CASE("three forged packets anywhere outside the window gain nothing") {
  for (uint32_t distance : {301u, 302u, 500u, 5000u, 1u << 20, 1u << 30, 0x7FFFFFF0u, 0x80000000u,
                            0x80000100u, 0xF0000000u, 0xFFFFFFF0u}) {
    for (uint32_t packets : {1u, 2u, 5u, 500u}) {
      Established window(packets);
      window.at(10'000);
      for (uint32_t n = 0; n < 3; n++) window.forge(packets + distance + n);
      window.at(20'000);
      for (uint32_t n = 0; n < 10; n++) window.offer(packets + n);
      CAPTURE(distance, packets);
      CHECK(window.forged() == 0);
      CHECK(window.delivered().size() == packets + 10);
    }
  }
}

// Forged packets at 100 times the rate of the real ones, while those come back after an outage.
TEST_CASE("wild numbers do not keep the window from following an outage") {
  for (uint32_t lost : {400u, 5000u, 20'000u}) {
    std::mt19937 random(lost);
    Established window(100);
    uint32_t real = 100 + lost;
    for (; window.delivered().size() == 100 && real < 100 + lost + 200; real++) {
      for (int i = 0; i < 100; i++) window.forge(static_cast<uint32_t>(random()) | 0x08000000);
      window.offer(real);
    }
    CAPTURE(lost);
    CHECK(real - lost - 100 <= std::max(kLeastRun, lost / kWindow + 3));
    CHECK(window.forged() == 0);
  }
}

TEST_CASE("the numbering before a jump that no outage explains is believed again at once") {
  Established window;
  uint32_t jump = 2'000'000;
  REQUIRE(run_needed(window, jump, 10'000) != UINT32_MAX);
  size_t forged = window.forged();
  CHECK(window.offer(10) == Verdict::in_order);
  CHECK(window.offer(11) == Verdict::in_order);
  for (uint32_t n = 0; n < 100; n++) window.forge(jump + 20'000 + n);
  CHECK(window.offer(12) == Verdict::in_order);
  CHECK(window.forged() == forged);
  CHECK(window.core().highest() == Sequence{12});
}

// A path that changes may deliver what was in the old path's queues after the new packets, in
// order.
TEST_CASE("what an outage seemed to have lost is late when it comes after all") {
  Established window;
  for (uint32_t n = 1000; n < 1010; n++) window.offer(n);
  REQUIRE(window.delivered().back() == 1009);
  for (uint32_t n = 10; n < 1000; n++) CHECK(window.offer(n) == Verdict::late);
  CHECK(window.delivered().back() == 1009);
}

// The property of the whole: whatever strategy, order and time a stranger chooses, nothing of
// theirs gets in from outside the window, and no real packet is lost to it.
TEST_CASE("200,000 forged packets of an adversary get nothing in and cost no real packet") {
  for (uint32_t seed = 1; seed <= 40; seed++) {
    std::mt19937 random(seed);
    auto below = [&](uint32_t limit) { return static_cast<uint32_t>(random() % limit); };
    WindowDriver window;
    bool proves = below(2);
    uint32_t first = proves && below(2) ? static_cast<uint32_t>(random()) : below(2);
    uint32_t next = first, outages = 0;
    uint32_t sweep = static_cast<uint32_t>(random());
    int64_t time = 0;
    size_t sent = 0;
    auto real = [&] {
      bool proof = proves && sent == 1;
      window.offer(next++, proof ? WindowDriver::Proof::yes : WindowDriver::Proof::no);
      sent++;
    };
    auto outside = [&](uint32_t number) {
      return Sequence{number} - Sequence{next} > static_cast<int32_t>(kWindow) + 20 ||
             Sequence{number} - Sequence{next} < -20;
    };
    auto attack = [&](uint32_t count) {
      uint32_t strategy = below(6), start = static_cast<uint32_t>(random());
      if (strategy == 0) start = next + kWindow + 21 + below(1000);  // just outside, not in a row
      if (strategy == 1) start = below(3);
      if (strategy == 2) start = next - 21 - below(1000);
      if (strategy == 3) start = sweep;
      for (uint32_t i = 0; i < count; i++) {
        uint32_t number = strategy == 4 ? static_cast<uint32_t>(random()) : start + i;
        if (strategy == 0 && i >= kLeastRun - 1) break;
        if (strategy == 3) number = start + i * 16, sweep = number + 16;
        if (sent == 0 || outside(number)) window.forge(number);
      }
    };
    if (below(2)) attack(1 + below(3));
    window.at(time += below(2) * 1000);
    for (int i = 0; i < 4; i++) real();
    window.at(time += 1000);
    REQUIRE(window.delivered().size() == sent);
    size_t before = window.forged();
    for (int round = 0; round < 100; round++) {
      attack(1 + below(100));
      if (below(10) == 0) window.at(time += 3'600'000);
      if (below(20) == 0) {
        next += kWindow + 1500 + below(10'000);  // beyond what was forged just outside
        outages++;
        for (int i = 0; i < 60; i++) real();
      }
      for (uint32_t n = below(5) + 1; n > 0; n--) real();
      CAPTURE(seed, round, first, proves);
      REQUIRE(window.forged() == before);
      REQUIRE(window.delivered().back() == next - 1);
    }
    CHECK(window.delivered().size() + outages * 60 >= sent);
    CHECK(window.statistics().rx_resyncs <= outages + 3);
  }
}

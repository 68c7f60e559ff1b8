// SPDX-License-Identifier: GPL-2.0-or-later
// Frames that depend on no other one: they never wait, are never handed on twice, and give a
// stranger nothing.
#include <algorithm>
#include <map>
#include <random>

#include "tests/unit/catch.hh"
#include "tests/unit/gre/window_driver.hh"

using namespace callgate;
using namespace callgate::test;
using Verdict = ReceiveWindow::Verdict;
using Order = ReceiveWindow::Order;
using Numbers = std::vector<uint32_t>;

namespace {

struct Established : WindowDriver {
  explicit Established(uint32_t packets = 10, const ReceiveWindow::Settings& settings = {})
      : WindowDriver(settings) {
    for (uint32_t n = 0; n < packets; n++) offer(n);
  }
  Numbers since_then() const { return {delivered().begin() + 10, delivered().end()}; }
};

}  // namespace

TEST_CASE("an early packet is handed on at once, and the one that it overtook when it comes") {
  Established window;
  CHECK(window.offer_at_once(11) == Verdict::at_once);
  CHECK(window.offer_at_once(12) == Verdict::in_order);
  CHECK(window.offer_at_once(10) == Verdict::at_once);
  CHECK(window.since_then() == Numbers{11, 12, 10});
  CHECK(window.statistics().rx_lost == 1);
  CHECK(window.statistics().rx_late == 1);
  CHECK(window.core().next_deadline() == std::nullopt);
}

TEST_CASE("no packet is handed on twice, early, in order or late") {
  Established window;
  for (uint32_t n : {10u, 12u, 11u, 20u}) window.offer_at_once(n);
  Numbers once = window.delivered();
  for (uint32_t n : {10u, 12u, 11u, 20u}) {
    CHECK(window.offer_at_once(n) == Verdict::late);
    CHECK(window.offer(n) == Verdict::late);
  }
  CHECK(window.delivered() == once);
}

TEST_CASE("packets in turn keep their order among each other, whatever overtakes them") {
  Established window;
  window.offer(12);          // waits for 10 and 11
  window.offer_at_once(13);  // does not
  CHECK(window.since_then() == Numbers{13});
  CHECK(window.offer_at_once(13) == Verdict::duplicate);
  window.offer(11);
  window.offer_at_once(10);
  CHECK(window.since_then() == Numbers{13, 10, 11, 12});
  CHECK(window.offer(14) == Verdict::in_order);
}

TEST_CASE("a packet in turn that came late is handed on unless a later one in turn was") {
  Established window;
  window.offer_at_once(12);  // 10 and 11 are missing
  CHECK(window.offer(11) == Verdict::at_once);
  CHECK(window.offer(10) == Verdict::late);
  CHECK(window.offer_at_once(10) == Verdict::at_once);
}

TEST_CASE("a packet in turn waits no longer than for a missing packet, and data goes on") {
  Established window(10, {.timeout = Duration(300)});
  window.offer(11);
  for (uint32_t n = 12; n < 100; n++) CHECK(window.offer_at_once(n) == Verdict::at_once);
  CHECK(window.since_then().size() == 88);
  window.at(300);
  CHECK(window.delivered().back() == 11);
  CHECK(window.offer_at_once(100) == Verdict::in_order);
  CHECK(window.core().next_deadline() == std::nullopt);
}

TEST_CASE("loss, reordering and copies: each data packet arrives once, control packets in order") {
  std::mt19937 random(4711);
  for (int round = 0; round < 20; round++) {
    Established window;
    std::vector<std::pair<uint64_t, uint32_t>> arrivals;  // by time
    auto is_control = [](uint32_t n) { return n % 97 == 0; };
    for (uint32_t n = 10; n < 5000; n++) {
      if (random() % 100 == 0) continue;
      arrivals.emplace_back(n * 10 + (random() % 20 == 0 ? random() % 500 : 0), n);
      if (random() % 20 == 0) arrivals.emplace_back(n * 10 + random() % 900, n);
    }
    std::ranges::sort(arrivals);
    std::map<uint32_t, int> times;
    for (auto [time, n] : arrivals) {
      window.at(static_cast<int64_t>(time / 10));
      if (is_control(n))
        window.offer(n);
      else
        window.offer_at_once(n);
    }
    window.at(100'000);
    Numbers control;
    for (uint32_t n : window.since_then()) {
      REQUIRE(++times[n] == 1);
      if (is_control(n)) control.push_back(n);
    }
    CHECK(std::ranges::is_sorted(control));
    for (auto [time, n] : arrivals)
      if (!is_control(n)) REQUIRE(times[n] == 1);
  }
}

TEST_CASE("a stranger's packets outside the window are not handed on, and cost no real packet") {
  Established window;
  std::mt19937 random(4711);
  for (uint32_t n = 10; n < 3000; n++) {
    for (int i = 0; i < 20; i++) {
      auto guess = static_cast<uint32_t>(random());
      if (guess - n + 2048 > 4096) window.forge(guess, Order::at_once);
    }
    REQUIRE(window.offer_at_once(n) == Verdict::in_order);
  }
  CHECK(window.forged() == 0);
}

TEST_CASE("a stranger gets nothing in behind the window if nothing is missing there") {
  Established window;
  for (uint32_t n = 10; n < 3000; n++) window.offer_at_once(n);
  for (uint32_t n = 0; n < 3000; n++) window.forge(n, Order::at_once);
  window.at(10'000);
  CHECK(window.forged() == 0);
}

TEST_CASE("a stranger's guess within the window costs the packet with this number, and no other") {
  Established window;
  window.forge(10 + ReceiveWindow::kDefaultMissing, Order::at_once);
  CHECK(window.forged() == 1);
  for (uint32_t n = 10; n < 1000; n++) window.offer_at_once(n);
  CHECK(window.since_then().size() == 989);
}

TEST_CASE("a run of packets from outside the window needs as many packets as without them") {
  std::vector<uint32_t> needed;
  for (Order order : {Order::in_turn, Order::at_once}) {
    Established window;
    window.offer_at_once(10);
    needed.push_back(0);
    while (window.forged() == 0) window.forge(100'000 + needed.back()++, order);
  }
  CHECK(needed[0] == needed[1]);
  CHECK(needed[0] > 100'000 / ReceiveWindow::kDefaultMissing);
}

TEST_CASE("a packet in turn does not wait until the others have filled the window") {
  Established window;
  window.offer(11);
  for (uint32_t n = 12; n < 1000; n++) REQUIRE(window.offer_at_once(n) != Verdict::far);
  CHECK(window.since_then().size() == 989);
}

TEST_CASE("nothing from before a jump is handed on after it") {
  Established window;
  window.offer_at_once(12);
  for (uint32_t n = 0; n < 10; n++) window.offer_at_once(1000 + n);
  CHECK(window.delivered().back() == 1009);
  CHECK(window.offer_at_once(11) == Verdict::late);
  CHECK(window.offer_at_once(1010) == Verdict::in_order);
}

TEST_CASE("before the numbering is settled every packet waits for its turn") {
  WindowDriver window;
  CHECK(window.offer_at_once(0) == Verdict::in_order);
  CHECK(window.offer_at_once(2) == Verdict::queued);
  CHECK(window.offer_at_once(1) == Verdict::in_order);
  CHECK(window.delivered() == Numbers{0, 1, 2});
}

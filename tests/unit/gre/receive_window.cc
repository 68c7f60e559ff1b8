// SPDX-License-Identifier: GPL-2.0-or-later
// The order of received packets: what goes to pppd, what waits, what is dropped (RFC 2637 section
// 4.3). Frames are single bytes or their numbers. The time is simulated.
#include "gre/receive_window.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/gre/window_driver.hh"

using namespace callgate;
using namespace callgate::test;
using Verdict = ReceiveWindow::Verdict;
using Numbers = std::vector<uint32_t>;

TEST_CASE("packets in order go straight through, uncopied") {
  WindowDriver window;
  for (uint32_t n : {0u, 1u, 2u, 3u}) CHECK(window.offer(n) == Verdict::in_order);
  CHECK(window.delivered() == Numbers{0, 1, 2, 3});
  CHECK(window.statistics().rx_buffered == 0);
  CHECK_FALSE(window.core().next_deadline());
}

TEST_CASE("an early packet waits for the missing one, and follows it") {
  WindowDriver window({}, {0});
  CHECK(window.offer(2) == Verdict::queued);
  CHECK(window.delivered() == Numbers{0});
  CHECK(window.offer(1) == Verdict::in_order);
  CHECK(window.delivered() == Numbers{0, 1, 2});
  CHECK(window.statistics().rx_buffered == 1);
  CHECK(window.statistics().rx_lost == 0);
}

TEST_CASE("ten packets in reverse order come out in order") {
  WindowDriver window({}, {0});
  for (uint32_t n = 10; n > 0; n--) window.offer(n);
  CHECK(window.delivered() == Numbers{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
}

TEST_CASE("a missing packet is waited for until the timeout, and then given up") {
  WindowDriver window({.timeout = Duration(300)}, {0});
  window.offer(2);
  window.offer(3);
  window.at(299);
  CHECK(window.delivered() == Numbers{0});
  CHECK(window.core().next_deadline() == kStart + Duration(300));
  window.at(300);
  CHECK(window.delivered() == Numbers{0, 2, 3});
  CHECK(window.statistics().rx_lost == 1);
  CHECK_FALSE(window.core().next_deadline());
}

TEST_CASE("the wait is counted from the first packet behind the gap, whichever number it has") {
  WindowDriver window({.timeout = Duration(300)}, {0});
  window.offer(5);
  window.at(200);
  window.offer(3);
  window.at(300);
  CHECK(window.delivered() == Numbers{0, 3, 5});
  CHECK(window.statistics().rx_lost == 3);
}

TEST_CASE("a second gap has a wait of its own") {
  WindowDriver window({.timeout = Duration(300)}, {0});
  window.offer(2);
  window.at(200);
  window.offer(4);
  window.at(300);
  CHECK(window.delivered() == Numbers{0, 2});
  // The first wait was in vain, so the second one is shorter by a sixteenth.
  CHECK(window.core().next_deadline() ==
        kStart + Duration(200 + 300 - 19) + std::chrono::microseconds(250));
  window.at(482);
  CHECK(window.delivered() == Numbers{0, 2, 4});
}

TEST_CASE("a late packet never reaches pppd") {
  WindowDriver window({}, {0});
  window.offer(2);
  window.at(300);
  CHECK(window.offer(1) == Verdict::late);
  CHECK(window.delivered() == Numbers{0, 2});
  CHECK(window.statistics().rx_under_win == 1);
}

TEST_CASE("a duplicate of a delivered packet is dropped") {
  WindowDriver window({}, {0, 1});
  CHECK(window.offer(1) == Verdict::late);
  CHECK(window.offer(0) == Verdict::late);
  CHECK(window.delivered() == Numbers{0, 1});
}

// pptp-linux 1.10.0 puts the queued packet itself on its free list here, and loses packets.
TEST_CASE("a duplicate of a queued packet changes nothing") {
  WindowDriver window({}, {9});
  window.offer(10);
  window.offer(12);
  CHECK(window.offer(12) == Verdict::duplicate);
  CHECK(window.offer(10) == Verdict::late);
  window.offer(13);
  window.offer(11);
  CHECK(window.delivered() == Numbers{9, 10, 11, 12, 13});
  CHECK(window.statistics().rx_duplicate == 1);
}

TEST_CASE("numbers wrap from 2^32 - 1 to 0, in order") {
  WindowDriver window({}, {0xFFFFFFFE});
  for (uint32_t n : {0xFFFFFFFFu, 0u, 1u}) CHECK(window.offer(n) == Verdict::in_order);
  CHECK(window.delivered() == Numbers{0xFFFFFFFE, 0xFFFFFFFF, 0, 1});
}

TEST_CASE("numbers wrap while packets are reordered and lost") {
  WindowDriver window({}, {0xFFFFFFFD});
  for (uint32_t n : {1u, 0xFFFFFFFFu, 3u, 0xFFFFFFFEu}) window.offer(n);
  CHECK(window.delivered() == Numbers{0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF});
  window.offer(0);
  CHECK(window.delivered() == Numbers{0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF, 0, 1});
  CHECK(window.offer(0xFFFFFFFF) == Verdict::late);
  window.at(300);
  CHECK(window.delivered().back() == 3);
  CHECK(window.statistics().rx_lost == 1);
}

TEST_CASE("as many early packets as the window allows are kept, and no more") {
  WindowDriver window({.missing = 10}, {0});
  for (uint32_t n = 2; n <= 11; n++) CHECK(window.offer(n) == Verdict::queued);
  CHECK(window.offer(12) == Verdict::far);
  CHECK(window.statistics().rx_over_win == 1);
  window.offer(1);
  CHECK(window.delivered() == Numbers{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
}

TEST_CASE("the window has an upper bound, whatever the option says") {
  WindowDriver window({.missing = UINT32_MAX}, {0});
  CHECK(window.offer(ReceiveWindow::kMaxMissing + 1) == Verdict::queued);
  CHECK(window.offer(ReceiveWindow::kMaxMissing + 2) == Verdict::far);
}

TEST_CASE("without buffering an early packet is taken at once, and the gap is lost") {
  WindowDriver window({.buffering = false}, {0});
  window.offer(3);
  CHECK(window.delivered() == Numbers{0, 3});
  CHECK(window.statistics().rx_lost == 2);
  CHECK(window.offer(1) == Verdict::late);
  CHECK(window.offer(4) == Verdict::in_order);
}

TEST_CASE("the highest number that was accepted is acknowledged, also before its turn") {
  WindowDriver window({}, {0});
  window.offer(3);
  CHECK(window.core().highest() == Sequence{3});
  window.offer(1);
  CHECK(window.core().highest() == Sequence{3});
  window.offer(900);  // not accepted: outside the window
  CHECK(window.core().highest() == Sequence{3});
}

TEST_CASE("the content of waiting packets survives any number of rounds") {
  Statistics statistics;
  ReceiveWindow window({}, statistics);
  Bytes out;
  auto collect = [&] {
    while (auto frame = window.pop(kStart)) out.insert(out.end(), frame->begin(), frame->end());
  };
  for (uint32_t n = 0; n < 4000; n += 4) {
    for (uint32_t order : {0u, 3u, 1u, 2u}) {
      Bytes frame(order + 1, static_cast<uint8_t>(n / 4));
      auto verdict = window.offer(Sequence{n + order}, frame, kStart);
      if (verdict == Verdict::in_order) out.insert(out.end(), frame.begin(), frame.end());
      collect();
    }
    CHECK(out == Bytes(1 + 2 + 3 + 4, static_cast<uint8_t>(n / 4)));
    out.clear();
  }
}

TEST_CASE("no order of 20,000 random packets makes the window deliver one late or twice") {
  WindowDriver window({.missing = 50}, {0});
  uint32_t state = 1, base = 1;
  auto random = [&](uint32_t below) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % below;
  };
  for (int i = 0; i < 20'000; i++) {
    window.offer(base + random(8));
    if (random(4) == 0) window.at(window.now() + random(50));
    if (random(8) == 0) base += random(8);
  }
  const auto& numbers = window.delivered();
  CHECK(numbers.size() > 5'000);
  for (size_t i = 1; i < numbers.size(); i++) REQUIRE(numbers[i] > numbers[i - 1]);
}

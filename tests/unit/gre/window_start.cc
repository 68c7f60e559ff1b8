// SPDX-License-Identifier: GPL-2.0-or-later
// Where a numbering begins, and how the window follows a server that begins another one.
#include "tests/unit/catch.hh"
#include "tests/unit/gre/window_driver.hh"

using namespace callgate;
using namespace callgate::test;
using Verdict = ReceiveWindow::Verdict;
using Numbers = std::vector<uint32_t>;

TEST_CASE("a first number of 0 or 1 is taken at once") {
  WindowDriver rfc, linux_module;
  CHECK(rfc.offer(0) == Verdict::in_order);
  CHECK(rfc.offer(1) == Verdict::in_order);
  CHECK(linux_module.offer(1) == Verdict::in_order);
  CHECK(linux_module.offer(2) == Verdict::in_order);
}

TEST_CASE("a first burst in wrong order is put right") {
  WindowDriver window;
  for (uint32_t n : {2u, 3u, 1u, 4u}) window.offer(n);
  CHECK(window.delivered() == Numbers{1, 2, 3, 4});
  CHECK(window.statistics().rx_lost == 0);
}

TEST_CASE("a first packet above 1 is taken after the timeout, if nothing comes before it") {
  WindowDriver window;
  CHECK(window.offer(3) == Verdict::queued);
  CHECK(window.core().next_deadline() == kStart + Duration(300));
  window.at(300);
  CHECK(window.delivered() == Numbers{3});
  CHECK(window.statistics().rx_lost == 0);
  CHECK(window.offer(4) == Verdict::in_order);
}

TEST_CASE("a first number of 5000 is believed once others follow it") {
  WindowDriver window;
  window.offer(5000);
  window.offer(5001);
  CHECK(window.delivered().empty());
  window.offer(5002);
  CHECK(window.delivered() == Numbers{5000, 5001, 5002});
  CHECK(window.offer(5003) == Verdict::in_order);
}

TEST_CASE("a first number of 5000 is believed after the timeout, if nothing better comes") {
  WindowDriver window;
  window.offer(5000);
  window.at(300);
  CHECK(window.delivered() == Numbers{5000});
  CHECK(window.statistics().rx_lost == 0);
}

// The server may still be sending packets of an earlier call with our call ID.
TEST_CASE("a stray first packet of 5000 does not keep a call from beginning at 0") {
  WindowDriver window;
  window.offer(5000);
  CHECK(window.offer(0) == Verdict::in_order);
  CHECK(window.offer(1) == Verdict::in_order);
  window.at(1000);
  CHECK(window.delivered() == Numbers{0, 1});
}

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
  for (uint32_t n = 1; n < 50; n++) {
    window.offer(n);
    window.offer(100'000 + n);
  }
  CHECK(window.delivered().size() == 50);
  CHECK(window.delivered().back() == 49);
}

TEST_CASE("after an outage longer than the window the third packet brings all three") {
  WindowDriver window({}, {0});
  CHECK(window.offer(1000) == Verdict::far);
  CHECK(window.offer(1002) == Verdict::far);
  CHECK(window.delivered() == Numbers{0});
  window.offer(1003);
  window.at(1000);
  CHECK(window.delivered() == Numbers{0, 1000, 1002, 1003});
  CHECK(window.statistics().rx_resyncs == 1);
  CHECK(window.statistics().rx_lost == 999 + 1);
}

TEST_CASE("what waits when the numbering jumps is delivered before it") {
  WindowDriver window({}, {0});
  window.offer(2);
  for (uint32_t n : {1000u, 1001u, 1002u}) window.offer(n);
  CHECK(window.delivered() == Numbers{0, 2, 1000, 1001, 1002});
}

TEST_CASE("a server that begins again at 0 is followed, after a silence") {
  WindowDriver window({}, {0});
  for (uint32_t n = 1; n <= 100; n++) window.offer(n);
  window.at(1000);
  for (uint32_t n : {0u, 1u}) CHECK(window.offer(n) == Verdict::far);
  CHECK(window.delivered().back() == 100);
  window.offer(2);
  CHECK(window.offer(3) == Verdict::in_order);
  CHECK(Numbers(window.delivered().end() - 5, window.delivered().end()) ==
        Numbers{100, 0, 1, 2, 3});
  CHECK(window.statistics().rx_resyncs == 1);
}

TEST_CASE("a server that begins again is followed from the other half of the number space too") {
  WindowDriver window({}, {3'000'000'000});
  window.at(5000);
  for (uint32_t n : {0u, 1u, 2u}) window.offer(n);
  CHECK(window.delivered() == Numbers{3'000'000'000, 0, 1, 2});
  CHECK(window.statistics().rx_lost == 0);
}

TEST_CASE("old packets are not a new numbering while the present one goes on") {
  WindowDriver window({}, {0});
  for (uint32_t n = 1; n <= 1000; n++) window.offer(n);
  window.at(999);
  for (uint32_t n : {0u, 1u, 2u, 3u}) CHECK(window.offer(n) == Verdict::late);
  CHECK(window.delivered().back() == 1000);
}

// A path that stood still for seconds may deliver its packets, in order, after all of them were
// given up. MPPE would not survive that.
TEST_CASE("late packets within a window's reach stay late, however long the silence") {
  WindowDriver window({}, {0});
  for (uint32_t n = 1; n <= 200; n++) window.offer(n);
  window.at(10'000);
  for (uint32_t n = 100; n < 120; n++) CHECK(window.offer(n) == Verdict::late);
  CHECK(window.delivered().back() == 200);
}

TEST_CASE("old packets with gaps are not a new numbering") {
  WindowDriver window({}, {0});
  for (uint32_t n = 1; n <= 1000; n++) window.offer(n);
  window.at(10'000);
  for (uint32_t n = 0; n < 600; n += 2) window.offer(n);
  CHECK(window.delivered().back() == 1000);
}

TEST_CASE("a forged numbering ahead is left again for the real one") {
  WindowDriver window({}, {0});
  for (uint32_t n : {1'000'000u, 1'000'001u, 1'000'002u}) window.offer(n);
  CHECK(window.delivered().back() == 1'000'002);
  window.offer(1);
  CHECK(window.delivered().back() == 1'000'002);
  window.at(1000);
  for (uint32_t n : {2u, 3u, 4u}) window.offer(n);
  CHECK(window.delivered().back() == 4);
}

// SPDX-License-Identifier: GPL-2.0-or-later
// Where a numbering begins, whatever was forged before it.
#include <numeric>

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

TEST_CASE("a call that begins shortly before 2^32 loses no packet") {
  WindowDriver window;
  for (uint32_t n : {0xFFFFFFFEu, 0xFFFFFFFFu, 0u, 1u, 2u}) window.offer(n);
  CHECK(window.delivered() == Numbers{0xFFFFFFFE, 0xFFFFFFFF, 0, 1, 2});
  CHECK(window.statistics().rx_lost == 0);
}

TEST_CASE("forged packets before the first real one cost no real packet") {
  std::vector<Numbers> forgeries{{0},    {1},          {0, 1, 2},  {2},       {5, 6, 7},  {299},
                                 {5000}, {0xFFFFFFFF}, {500'000},  {2, 3, 4}, {301},      {1, 2, 3},
                                 {0, 0}, {0x80000000}, {3, 9, 42}, {1, 0},    {7, 500, 0}};
  for (const Numbers& forged : forgeries) {
    for (uint32_t first : {0u, 1u}) {
      for (int64_t pause : {0, 100, 1000}) {
        WindowDriver window;
        for (uint32_t n : forged) window.forge(n);
        window.at(pause);
        for (uint32_t n = first; n < first + 20; n++) window.offer(n);
        window.at(pause + 1000);
        Numbers real(20);
        std::iota(real.begin(), real.end(), first);
        CAPTURE(forged, first, pause, window.delivered());
        CHECK(window.delivered() == real);
      }
    }
  }
}

TEST_CASE("a server that proves itself is heard after any forgery before it") {
  for (uint32_t first : {0u, 1u, 7u, 500'000u, 0x80000000u, 0xFFFFFFFEu}) {
    for (uint32_t forged : {0u, 1u, 2u, 250u, 1000u, 499'990u, 0xFFFFFFF0u, 0x7FFFFFFFu}) {
      for (uint32_t count : {1u, 3u, 5u, 400u}) {
        WindowDriver window;
        for (uint32_t n = 0; n < count; n++) window.forge(forged + n);
        window.at(500);
        window.offer(first);
        window.offer(first + 1, WindowDriver::Proof::yes);
        for (uint32_t n = 2; n < 20; n++) window.offer(first + n);
        window.at(2000);
        CAPTURE(first, forged, count);
        REQUIRE(window.delivered().size() == 20);
        CHECK(window.delivered().front() == first);
        CHECK(window.delivered().back() == first + 19);
        size_t before = window.forged();
        for (uint32_t n : {0u, 1u, forged, forged + count}) window.forge(n);
        for (uint32_t n = 0; n < 200; n++) window.forge(first + 10'000'000 + n);
        CHECK(window.forged() == before);
      }
    }
  }
}

TEST_CASE("without a proof an unusual beginning yields to a longer one") {
  WindowDriver window;
  for (uint32_t n : {70'000u, 70'001u, 70'002u}) window.forge(n);
  CHECK(window.forged() == 3);
  for (uint32_t n = 500'000; n < 500'010; n++) window.offer(n);
  CHECK(window.delivered().size() == 10);
}

TEST_CASE("a beginning at 0 yields to no other without a proof") {
  WindowDriver window({}, {0});
  for (uint32_t n : {301u, 302u, 303u}) window.forge(n);
  for (uint32_t n = 5000; n < 5010; n++) window.forge(n);
  window.offer(1);
  CHECK(window.forged() == 0);
  CHECK(window.delivered() == Numbers{0, 1});
}

TEST_CASE("a copy of a first packet is dropped") {
  WindowDriver window({}, {0, 1});
  window.offer(0);
  window.offer(1);
  CHECK(window.delivered() == Numbers{0, 1});
}

// SPDX-License-Identifier: GPL-2.0-or-later
// --transmit-window: how many packets may be on their way (RFC 2637 section 4.2). No server can
// make it stall.
#include "gre/transmit_window.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

constexpr TimePoint kStart{std::chrono::hours(1)};
constexpr Duration ms(int count) {
  return Duration(count);
}

// Sends and acknowledges this many packets, one window after the other.
void succeed(TransmitWindow& window, uint32_t& next, uint32_t packets) {
  for (uint32_t end = next + packets; next != end;) {
    next++;
    window.sent({next - 1}, kStart);
    if (window.closed()) window.acknowledged({next - 1}, kStart);
  }
  window.acknowledged({next - 1}, kStart);
}

}  // namespace

TEST_CASE("without the option, or where the server has no window, any number may go") {
  TransmitWindow window;
  for (uint32_t n = 0; n < 1000; n++) window.sent({n}, kStart);
  CHECK(window.room() == SIZE_MAX);
  CHECK(window.size() == 0);
  CHECK_FALSE(window.next_deadline());
}

TEST_CASE("it begins with half of the server's window, and at least one packet") {
  CHECK(TransmitWindow(64).room() == 32);
  CHECK(TransmitWindow(3).room() == 2);
  CHECK(TransmitWindow(1).room() == 1);
  CHECK(TransmitWindow(UINT16_MAX).room() == 32768);
}

TEST_CASE("what is on its way leaves less room, an acknowledgement makes some") {
  TransmitWindow window(8);
  window.sent({0}, kStart);
  CHECK(window.room() == 3);
  window.sent({3}, kStart);
  CHECK(window.closed());
  window.acknowledged({1}, kStart);
  CHECK(window.room() == 2);
}

TEST_CASE("numbers that were not sent, or were acknowledged before, acknowledge nothing") {
  TransmitWindow window(8);
  window.sent({3}, kStart);
  for (uint32_t wrong : {4u, 1000u, 0x80000000u, 0xFFFFFFFFu}) window.acknowledged({wrong}, kStart);
  CHECK(window.closed());
  window.acknowledged({2}, kStart);
  window.acknowledged({1}, kStart);
  CHECK(window.room() == 3);
}

TEST_CASE("each window's worth without a time-out opens it by one packet, up to the server's") {
  TransmitWindow window(8);
  uint32_t next = 0;
  succeed(window, next, 4);
  CHECK(window.size() == 5);
  succeed(window, next, 5);
  CHECK(window.size() == 6);
  succeed(window, next, 100);
  CHECK(window.size() == 8);
}

TEST_CASE("after a time-out it goes on with half of it") {
  TransmitWindow window(8);
  uint32_t next = 0;
  succeed(window, next, 100);
  window.path(ms(280));
  window.sent({next + 7}, kStart);
  CHECK(window.next_deadline() == kStart + ms(280));
  window.expire(kStart + ms(279));
  CHECK(window.closed());
  window.expire(kStart + ms(280));
  CHECK(window.room() == 4);
  CHECK(window.timeouts() == 1);
}

TEST_CASE("the wait is bounded on both sides and doubles with each time-out") {
  TransmitWindow window(1);
  window.sent({0}, kStart);
  CHECK(window.next_deadline() == kStart + TransmitWindow::kMostWait);
  window.path(ms(5000));
  CHECK(window.next_deadline() == kStart + TransmitWindow::kMostWait);
  window.path(ms(1));
  CHECK(window.next_deadline() == kStart + TransmitWindow::kLeastWait);
  window.expire(kStart + ms(200));
  window.sent({1}, kStart + ms(200));
  CHECK(window.next_deadline() == kStart + ms(200) + 2 * TransmitWindow::kLeastWait);
}

TEST_CASE("a server that acknowledges nothing costs three waits, and then none") {
  TransmitWindow window(4);
  TimePoint now = kStart;
  uint32_t next = 0;
  for (int turn = 0; turn < 100; turn++) {
    while (next < 1000 && !window.closed()) window.sent({next++}, now);
    if (auto deadline = window.next_deadline()) window.expire(now = *deadline);
  }
  CHECK(next == 1000);
  CHECK(now <= kStart + TransmitWindow::kInVain * TransmitWindow::kMostWait);
  CHECK(window.timeouts() == TransmitWindow::kInVain);
  window.acknowledged({999}, now);  // the server acknowledges again
  CHECK(window.room() == 2);        // one, and one more for a whole window without a time-out
}

TEST_CASE("a million packets without an acknowledgement do not confuse it") {
  TransmitWindow window(4);
  for (uint32_t n = 0; n < 1'000'000; n++) {
    window.sent({n}, kStart);
    window.expire(kStart + ms(500) * static_cast<int>(n + 1));
  }
  window.acknowledged({999'999}, kStart);
  CHECK(window.room() == window.size());
}

TEST_CASE("numbers wrap") {
  TransmitWindow window(4);
  window.sent({0xFFFFFFFE}, kStart);
  window.acknowledged({0xFFFFFFFE}, kStart);
  window.sent({0xFFFFFFFF}, kStart);
  window.sent({0}, kStart);
  CHECK(window.size() - window.room() == 2);
  window.acknowledged({0}, kStart);
  CHECK(window.room() == window.size());
}

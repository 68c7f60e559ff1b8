// SPDX-License-Identifier: GPL-2.0-or-later
// Packets that two processes report, in the order of their times.
#include "callmgr/pptpctl/pcap/capture_order.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

constexpr uint64_t kStart = 1'000'000'000'000;

std::string take_all(CaptureOrder& order, uint64_t now) {
  std::string texts;
  while (auto packet = order.take(now)) texts += packet->bytes;
  return texts;
}

}  // namespace

TEST_CASE("what comes late takes its place, and equal times keep their order") {
  CaptureOrder order;
  order.push({.time = kStart + 2, .bytes = "c"});
  order.push({.time = kStart, .bytes = "a"});
  order.push({.time = kStart, .bytes = "b"});
  CHECK(take_all(order, kStart + 2 + CaptureOrder::kWait) == "abc");
  CHECK(order.empty());
}

TEST_CASE("a packet waits for others, and not longer") {
  CaptureOrder order;
  order.push({.time = kStart, .bytes = "a"});
  CHECK(take_all(order, kStart + CaptureOrder::kWait - 1).empty());
  CHECK(take_all(order, kStart + CaptureOrder::kWait) == "a");
}

TEST_CASE("at the end nothing waits, nor where the clock was put back") {
  CaptureOrder order;
  order.push({.time = kStart, .bytes = "a"});
  CHECK(order.take_any()->bytes == "a");
  order.push({.time = kStart, .bytes = "b"});
  CHECK(order.take(kStart - 1)->bytes == "b");
}

TEST_CASE("no more wait than are allowed") {
  CaptureOrder order;
  for (size_t i = 0; i < CaptureOrder::kMost + 2; i++) order.push({.time = kStart});
  CHECK(order.take(kStart));
  CHECK(order.take(kStart));
  CHECK_FALSE(order.take(kStart));
}

// SPDX-License-Identifier: GPL-2.0-or-later
// A server that keeps to a window (RFC 2637 section 4.2), in simulated time. Only its window and
// the round trip may limit what it sends, not the moments at which we acknowledge.
#include <map>

#include "gre/acknowledger.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using Microseconds = std::chrono::microseconds;

namespace {

constexpr TimePoint kStart{std::chrono::hours(1)};
constexpr Microseconds kSpacing{20};  // at least, from one packet of the server to the next

class Simulation {
 public:
  Simulation(uint32_t window, Microseconds round_trip) : window_(window), way_(round_trip / 2) {
    acks_.path(round_trip);
  }

  // Lets the server send this many packets. Returns the time that it took.
  TimePoint::duration run(uint32_t packets) {
    while (received_ < packets) step(packets);
    return now_ - kStart;
  }

  uint32_t alone() const { return alone_; }

 private:
  void step(uint32_t packets) {
    while (sent_ < packets && sent_ - acknowledged_ < window_) {
      next_send_ = std::max(next_send_ + kSpacing, now_);
      to_us_.emplace(next_send_ + way_, sent_++);
    }
    now_ = next_event();
    while (!to_us_.empty() && to_us_.begin()->first <= now_) {
      acks_.received({to_us_.begin()->second}, now_);
      to_us_.erase(to_us_.begin());
      received_++;
    }
    if (acks_.due(now_)) {
      to_server_.emplace(now_ + way_, acks_.pending()->number + 1);
      acks_.sent_alone(now_);
      alone_++;
    }
    while (!to_server_.empty() && to_server_.begin()->first <= now_) {
      acknowledged_ = to_server_.begin()->second;
      to_server_.erase(to_server_.begin());
    }
  }

  TimePoint next_event() const {
    TimePoint next = TimePoint::max();
    if (!to_us_.empty()) next = std::min(next, to_us_.begin()->first);
    if (!to_server_.empty()) next = std::min(next, to_server_.begin()->first);
    // poll() waits for whole milliseconds.
    if (auto deadline = acks_.next_deadline())
      next = std::min<TimePoint>(next, now_ + std::chrono::ceil<Duration>(*deadline - now_));
    return next;
  }

  Acknowledger acks_{64};
  uint32_t window_;
  Microseconds way_;
  TimePoint now_ = kStart, next_send_ = kStart;
  std::multimap<TimePoint, uint32_t> to_us_, to_server_;
  uint32_t sent_ = 0, received_ = 0, acknowledged_ = 0, alone_ = 0;
};

}  // namespace

TEST_CASE("a server with a window of 1, 3 or 64 is bounded by the round trip, not by our delay") {
  constexpr uint32_t kPackets = 20'000;
  for (uint32_t window : {1u, 3u, 64u})
    for (auto round_trip : {Microseconds(300), Microseconds(20'000), Microseconds(100'000)}) {
      auto took = Simulation(window, round_trip).run(kPackets);
      // One window takes a round trip, or as long as the server needs to send it.
      auto best = std::max(kPackets / window * round_trip, kPackets * kSpacing);
      CAPTURE(window, round_trip.count(), took.count() / 1000, best.count());
      CHECK(took * 4 <= best * 5);
    }
}

TEST_CASE("a server without a window is acknowledged in less than one packet of a hundred") {
  constexpr uint32_t kPackets = 100'000;
  Simulation simulation(UINT32_MAX, Microseconds(300));
  simulation.run(kPackets);
  CHECK(simulation.alone() * 100 < kPackets);
}

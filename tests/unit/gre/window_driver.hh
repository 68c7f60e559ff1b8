// SPDX-License-Identifier: GPL-2.0-or-later
// Drives a receive window as the gateway does. The content of a packet is its number, and whether
// it is forged.
#pragma once

#include "gre/receive_window.hh"

namespace callgate::test {

constexpr TimePoint kStart{std::chrono::hours(1)};

class WindowDriver {
 public:
  explicit WindowDriver(const ReceiveWindow::Settings& settings = {},
                        std::initializer_list<uint32_t> first = {})
      : window_(settings, statistics_) {
    for (uint32_t number : first) offer(number);
    if (first.size() > 0 && delivered_.size() < first.size()) settle();
  }

  enum class Proof : bool { no, yes };

  ReceiveWindow::Verdict offer(uint32_t number, Proof proof = Proof::no) {
    return offer(number, false, proof == Proof::yes, ReceiveWindow::Order::in_turn);
  }
  // One that depends on no other packet.
  ReceiveWindow::Verdict offer_at_once(uint32_t number) {
    return offer(number, false, false, ReceiveWindow::Order::at_once);
  }

  // A packet of somebody else.
  ReceiveWindow::Verdict forge(uint32_t number,
                               ReceiveWindow::Order order = ReceiveWindow::Order::in_turn) {
    return offer(number, true, false, order);
  }

  // Goes to this many milliseconds after kStart.
  void at(int64_t milliseconds) {
    now_ = kStart + Duration(milliseconds);
    pop();
  }

  void path(Duration adaptive_timeout) { window_.path(adaptive_timeout); }

  // Milliseconds after kStart, rounded up as the gateway's wait is.
  int64_t until_deadline() const {
    return std::chrono::ceil<Duration>(*window_.next_deadline() - kStart).count();
  }

  int64_t now() const { return std::chrono::duration_cast<Duration>(now_ - kStart).count(); }
  const std::vector<uint32_t>& delivered() const { return delivered_; }  // without forged ones
  size_t forged() const { return forged_; }                              // delivered
  const Statistics& statistics() const { return statistics_; }
  const ReceiveWindow& core() const { return window_; }

 private:
  ReceiveWindow::Verdict offer(uint32_t number, bool forged, bool proof,
                               ReceiveWindow::Order order) {
    Bytes frame;
    Writer writer(frame);
    writer(number, static_cast<uint8_t>(forged));
    auto verdict = window_.offer(Sequence{number}, frame, now_, proof, order);
    using Verdict = ReceiveWindow::Verdict;
    if (verdict == Verdict::in_order || verdict == Verdict::at_once) deliver(frame);
    pop();
    return verdict;
  }

  // If the first number is unusual, a window waits a little for lower ones. Lets this time pass
  // before the time of the test begins.
  void settle() {
    now_ = *window_.next_deadline();
    pop();
    now_ = kStart;
  }

  void pop() {
    while (auto frame = window_.pop(now_)) deliver(*frame);
  }

  void deliver(ByteSpan frame) {
    uint32_t number = 0;
    uint8_t forged = 0;
    Reader reader(frame);
    reader(number, forged);
    if (forged)
      forged_++;
    else
      delivered_.push_back(number);
  }

  Statistics statistics_;
  ReceiveWindow window_;
  TimePoint now_ = kStart;
  std::vector<uint32_t> delivered_;
  size_t forged_ = 0;
};

}  // namespace callgate::test

// SPDX-License-Identifier: GPL-2.0-or-later
// When received packets are acknowledged (RFC 2637 sections 4.1 and 4.2.5): with the next data
// packet if one goes out soon, else alone after a delay, or as soon as half of the window that we
// announced is used up, so that a server which keeps to it never has to wait.
#pragma once

#include <optional>

#include "common/ids.hh"

namespace callgate {

class Acknowledger {
 public:
  static constexpr Duration kDelay{100};  // as Windows has it

  explicit Acknowledger(uint16_t our_window) : at_once_(our_window > 1 ? our_window / 2u : 1u) {}

  // A packet arrived, and this is the highest number so far.
  void received(Sequence highest, TimePoint now);

  // The number to acknowledge, if there is news for the server.
  std::optional<Sequence> pending() const { return pending_; }
  // It went out: with data or alone.
  void sent();
  // It could not be sent: try again after the delay.
  void postpone(TimePoint now) { since_ = now, unacknowledged_ = 0; }

  // Whether it must go now, without data.
  bool due(TimePoint now) const;
  std::optional<TimePoint> next_deadline() const;

 private:
  uint32_t at_once_;  // packets
  std::optional<Sequence> pending_;
  TimePoint since_;              // the first packet that is not acknowledged
  uint32_t unacknowledged_ = 0;  // packets
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Two processes see a call's packets, and what they say of them arrives by two ways: this waits a
// moment and puts them into the order of their times. Bounded. Pure.
#pragma once

#include <map>
#include <optional>

#include "common/channel/operating_message.hh"

namespace callgate {

class CaptureOrder {
 public:
  static constexpr uint64_t kWait = 200'000'000;  // ns
  static constexpr size_t kMost = 4096;           // packets; then the oldest waits no longer

  void push(CapturedPacket packet) {
    auto time = packet.time;
    waiting_.emplace(time, std::move(packet));
  }
  // The oldest, if it has waited long enough at `now`.
  std::optional<CapturedPacket> take(uint64_t now) {
    if (waiting_.empty()) return std::nullopt;
    uint64_t oldest = waiting_.begin()->first;
    bool early = oldest <= now && now - oldest < kWait;
    if (early && waiting_.size() <= kMost) return std::nullopt;
    return std::move(waiting_.extract(waiting_.begin()).mapped());
  }
  // The oldest, however new.
  std::optional<CapturedPacket> take_any() { return take(UINT64_MAX); }
  bool empty() const { return waiting_.empty(); }

 private:
  std::multimap<uint64_t, CapturedPacket> waiting_;  // what has the same time stays in its order
};

}  // namespace callgate

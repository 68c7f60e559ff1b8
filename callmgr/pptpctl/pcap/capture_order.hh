// SPDX-License-Identifier: GPL-2.0-or-later
// Two processes report a call's packets: this holds each packet for a moment, and puts them into
// the order of their times. Bounded. Pure.
#pragma once

#include <map>
#include <optional>

#include "common/channel/operating_message.hh"

namespace callgate {

class CaptureOrder {
 public:
  static constexpr uint64_t kWait = 200'000'000;  // ns
  static constexpr size_t kMost = 4096;  // packets; if there are more, the oldest does not wait

  void push(CapturedPacket packet) {
    auto time = packet.time;
    waiting_.emplace(time, std::move(packet));
  }
  // Returns the oldest packet if it has waited long enough at `now` (ns since 1970).
  std::optional<CapturedPacket> take(uint64_t now) {
    if (waiting_.empty()) return std::nullopt;
    uint64_t oldest = waiting_.begin()->first;
    bool early = oldest <= now && now - oldest < kWait;
    if (early && waiting_.size() <= kMost) return std::nullopt;
    return std::move(waiting_.extract(waiting_.begin()).mapped());
  }
  // Returns the oldest packet in any case.
  std::optional<CapturedPacket> take_any() { return take(UINT64_MAX); }
  bool empty() const { return waiting_.empty(); }

 private:
  std::multimap<uint64_t, CapturedPacket> waiting_;  // packets of the same time stay in their order
};

}  // namespace callgate

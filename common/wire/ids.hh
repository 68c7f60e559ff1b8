// SPDX-License-Identifier: GPL-2.0-or-later
// Types for identifiers and time, so that the compiler tells them apart.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace callgate {

// CLOCK_BOOTTIME. It never goes back, and it goes on while the host sleeps, as the server's clock
// does. The timers of poll() and of libevent stand still in that time: see callmgr/sleep_watch.hh.
struct Clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;
  static time_point now();
};
using TimePoint = Clock::time_point;
using Duration = std::chrono::milliseconds;

std::string seconds_text(Duration time);  // "2.5 s"

// Call ID of RFC 2637 section 2.7, in host order. Each side chooses the id of its own end of a
// call.
enum class CallId : uint16_t {};

constexpr uint16_t value(CallId id) {
  return static_cast<uint16_t>(id);
}

// As some servers send the id of a call.
constexpr CallId byte_swapped(CallId id) {
  return CallId{static_cast<uint16_t>(value(id) << 8 | value(id) >> 8)};
}

// GRE sequence number (RFC 2637 section 4.1): 32 bits that wrap. a - b tells how far a is ahead of
// b.
struct Sequence {
  uint32_t number = 0;

  constexpr Sequence operator+(uint32_t step) const { return {number + step}; }
  constexpr int32_t operator-(Sequence other) const {
    return static_cast<int32_t>(number - other.number);
  }
  constexpr bool operator==(const Sequence&) const = default;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// Decides how long to wait for a missing packet. The time follows what this path does: how late
// overtaken packets arrived, and how often one came after it was given up. While nothing is known
// of that, it follows the round trip. It never exceeds the bound, which is --timeout, and it does
// not fall below what the path has shown lately, with a margin.
//
// The equations are those of RFC 2637 section 4.4, because their purpose fits: they back off
// quickly and come down slowly.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>

#include "common/wire/ids.hh"

namespace callgate {

class ReorderTimeout {
 public:
  using Microseconds = std::chrono::microseconds;
  // A shorter wait would measure our own wake-ups.
  static constexpr Microseconds kLeast{10'000};
  // Number of given-up gaps that are remembered, to see whether their packets come after all.
  static constexpr size_t kRemembered = 16;
  // The largest delay is forgotten after this many missing packets, or after twice as many.
  static constexpr uint32_t kMissing = 128;

  explicit ReorderTimeout(Duration bound) : bound_(bound), mean_(bound_) {}

  // Tells the round trip's adaptive time-out. It is the estimate while nothing better is known.
  void path(Microseconds adaptive_timeout);
  // A missing packet came `delay` after the first one that had overtaken it.
  void filled(TimePoint::duration delay);
  // The numbers from `first` to before `end` were given up. A later packet had come at `since`.
  void given_up(Sequence first, Sequence end, TimePoint since);
  // A packet came too late. It is of interest only if it was waited for.
  void late(Sequence sequence, TimePoint now);

  Microseconds value() const;

 private:
  struct Gap {
    Sequence first, end;
    TimePoint since;
  };

  void shown(Microseconds delay);

  Microseconds bound_;
  Microseconds mean_, deviation_{0};             // of the delays
  Microseconds largest_{0}, largest_before_{0};  // of the last delays, and of those before them
  uint32_t missing_ = 0;                         // packets that largest_ is about
  bool path_known_ = false, path_only_ = true;
  std::array<Gap, kRemembered> gaps_{};
  size_t next_gap_ = 0;
};

}  // namespace callgate

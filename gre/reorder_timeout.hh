// SPDX-License-Identifier: GPL-2.0-or-later
// How long a missing packet is worth waiting for. It follows what this path does: how long packets
// that were overtaken took to come, how often one that was given up came after all, and, until
// something is known of that, the round trip. Never more than the bound, which is --timeout.
//
// The equations are those of RFC 2637 section 4.4, whose purpose fits: back off quickly, come down
// slowly.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>

#include "common/wire/ids.hh"

namespace callgate {

class ReorderTimeout {
 public:
  using Microseconds = std::chrono::microseconds;
  // Below this a wait measures our own wake-ups.
  static constexpr Microseconds kLeast{10'000};
  // Gaps that are remembered after they were given up, to see whether they are filled after all.
  static constexpr size_t kRemembered = 16;

  explicit ReorderTimeout(Duration bound) : bound_(bound), mean_(bound_) {}

  // The round trip's adaptive time-out: more than that no packet can be behind another one, as long
  // as nothing else is known.
  void path(Microseconds adaptive_timeout);
  // A missing packet came `delay` after the first one that had overtaken it.
  void filled(TimePoint::duration delay);
  // The numbers from `first` to before `end` were given up; a packet behind them came at `since`.
  void given_up(Sequence first, Sequence end, TimePoint since);
  // A packet came too late. Only one that had been waited for tells anything.
  void late(Sequence sequence, TimePoint now);

  Microseconds value() const;

 private:
  struct Gap {
    Sequence first, end;
    TimePoint since;
  };

  Microseconds bound_;
  Microseconds mean_, deviation_{0};  // of the delays
  bool path_known_ = false, path_only_ = true;
  std::array<Gap, kRemembered> gaps_{};
  size_t next_gap_ = 0;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
// How much passes through a tunnel: totals, and the last minute for the graph.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace callgate::gui {

// The counters of a network interface.
struct Counters {
  uint64_t received = 0, sent = 0;  // bytes
};

class Rates {
 public:
  static constexpr size_t kSamples = 60;

  struct Sample {
    double received = 0, sent = 0;  // bytes per second
  };

  // `now`: seconds of a clock that does not jump. Counters that went down begin anew.
  void add(const Counters& counters, double now);
  void clear();

  // The oldest first.
  const std::deque<Sample>& samples() const { return samples_; }
  // "41.2 MiB, 1.2 MiB/s"; empty if nothing is known.
  std::string received_text() const;
  std::string sent_text() const;
  // The largest rate of the last minute.
  double peak() const;

 private:
  std::optional<Counters> last_;
  double last_time_ = 0;
  std::deque<Sample> samples_;
};

}  // namespace callgate::gui

// SPDX-License-Identifier: GPL-2.0-or-later
// How long a link may be up: pppd's maxconnect and idle.
#pragma once

#include <chrono>

#include "gre/tunnel/ending.hh"

namespace callgate {

class LinkLimits {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit LinkLimits(const TunnelOptions& options) : options_(options) {}

  void start(const std::string& interface, Time now);  // the link is up
  void stop() { over_at_.reset(); }
  bool running() const { return over_at_.has_value(); }

  // Logs the limit that is reached, and returns what to ask for; Request::none if none is.
  Request reached(Time now);
  // When to ask again.
  std::optional<Time> next_deadline(Time now) const;

 private:
  const TunnelOptions& options_;
  std::string interface_;
  std::optional<Time> over_at_;  // nullopt: the link is not up
  Time last_traffic_;
  uint64_t packets_ = 0;
};

}  // namespace callgate

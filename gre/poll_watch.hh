// SPDX-License-Identifier: GPL-2.0-or-later
// Waits for a few descriptors with poll(). poll() looks at each of them before and after it sleeps;
// all the same, a lone packet from a pty took 20 us longer with epoll (doc/data-path.md).
#pragma once

#include <poll.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <vector>

#include "common/wire/ids.hh"

namespace callgate {

// The earlier of two deadlines, each of which there may not be.
inline std::optional<TimePoint> earlier(std::optional<TimePoint> a, std::optional<TimePoint> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

class PollWatch {
 public:
  using Events = int;  // POLLIN, POLLOUT; POLLHUP and POLLERR come unasked

  static constexpr int kMostAssumed = 3;  // in a row; then the other descriptors get their turn

  // The other members name a descriptor by its place in this list.
  explicit PollWatch(const std::vector<int>& fds);
  void add(int fd) { fds_.push_back({.fd = fd, .events = 0, .revents = 0}); }

  // The descriptor is not looked at any more.
  void forget(size_t which) { fds_[which].fd = -1; }

  void want(size_t which, Events events) { fds_[which].events = static_cast<short>(events); }

  // Waits until something is ready, a signal arrives, or the time is over.
  void wait(std::optional<TimePoint::duration> limit);

  // Takes the place of a wait: exactly these descriptors are known to be ready. False, and nothing
  // changes, if there are none, or if it is time to ask for all descriptors.
  struct Assumption {
    size_t which;
    Events events;  // 0 = nothing
  };
  bool assume(std::initializer_list<Assumption> ready);

  Events ready(size_t which) const { return fds_[which].revents; }
  // True if ready() is what poll() has said, and not an assumption.
  bool asked() const { return assumed_ == 0; }

 private:
  void nothing_is_ready();

  std::vector<pollfd> fds_;
  int assumed_ = 0;  // times since the last wait
};

}  // namespace callgate

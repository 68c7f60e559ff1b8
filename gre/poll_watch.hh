// SPDX-License-Identifier: GPL-2.0-or-later
// Waits for a few descriptors, by poll(): it asks each of them before and after a sleep, and all
// the same epoll was slower to wake who waits for a pty, by 20 us of a lone packet's 110.
#pragma once

#include <poll.h>

#include <optional>
#include <vector>

#include "common/wire/ids.hh"

namespace callgate {

class PollWatch {
 public:
  using Events = int;  // POLLIN, POLLOUT; POLLHUP and POLLERR come unasked

  // From here on they are known by their place in this list.
  explicit PollWatch(const std::vector<int>& fds);

  void want(size_t which, Events events) { fds_[which].events = static_cast<short>(events); }

  // Until something is ready, a signal arrives, or the time is over.
  void wait(std::optional<TimePoint::duration> limit);
  // Instead of a wait: what is ready is not asked, but known.
  void assume(size_t which, Events events) { fds_[which].revents = static_cast<short>(events); }
  void assume_nothing();

  Events ready(size_t which) const { return fds_[which].revents; }

 private:
  std::vector<pollfd> fds_;
};

}  // namespace callgate

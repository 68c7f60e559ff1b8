// SPDX-License-Identifier: GPL-2.0-or-later
// Waits for a few descriptors. What is wanted of each stays in the kernel (epoll): poll() would ask
// every one of them before and after each sleep, and a tty is slow to answer.
#pragma once

#include <sys/epoll.h>

#include <optional>
#include <vector>

#include "common/ids.hh"
#include "common/unique_fd.hh"

namespace callgate {

class Watch {
 public:
  using Events = uint32_t;  // EPOLLIN, EPOLLOUT; EPOLLHUP and EPOLLERR come unasked

  // From here on they are known by their place in this list.
  explicit Watch(const std::vector<int>& fds);

  void want(size_t which, Events events);

  // Until something is ready, a signal arrives, or the time is over.
  void wait(std::optional<TimePoint::duration> limit);
  // Instead of a wait: what is ready is not asked, but known.
  void assume(size_t which, Events events);
  void assume_nothing();

  Events ready(size_t which) const { return watched_[which].ready; }

 private:
  struct Watched {
    int fd;
    Events wanted = 0, ready = 0;
    bool always_ready = false;
  };

  void add(int fd);
  bool take_always_ready();

  UniqueFd epoll_;
  std::vector<Watched> watched_;
};

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/poll_watch.hh"

#include <algorithm>
#include <cerrno>

#include "common/system/os_error.hh"

namespace callgate {
namespace {

// Rounded up: a wait that ends too early would only have to be repeated.
int in_milliseconds(std::optional<TimePoint::duration> limit) {
  if (!limit) return -1;
  auto rounded = std::chrono::ceil<std::chrono::milliseconds>(*limit);
  return static_cast<int>(std::clamp<int64_t>(rounded.count(), 0, 3'600'000));
}

}  // namespace

PollWatch::PollWatch(const std::vector<int>& fds) {
  for (int fd : fds) add(fd);
}

void PollWatch::wait(std::optional<TimePoint::duration> limit) {
  assumed_ = 0;
  if (poll(fds_.data(), fds_.size(), in_milliseconds(limit)) >= 0) return;
  if (errno != EINTR) throw OsError(errno, "wait for events");
  nothing_is_ready();
}

bool PollWatch::assume(std::initializer_list<Assumption> ready) {
  bool any = std::ranges::any_of(ready, [](const auto& one) { return one.events != 0; });
  if (!any || assumed_ == kMostAssumed) return false;
  assumed_++;
  nothing_is_ready();
  for (const auto& [which, events] : ready) fds_[which].revents = static_cast<short>(events);
  return true;
}

void PollWatch::nothing_is_ready() {
  for (pollfd& fd : fds_) fd.revents = 0;
}

}  // namespace callgate

// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/poll_watch.hh"

#include <algorithm>
#include <cerrno>

#include "common/system/os_error.hh"

namespace callgate {
namespace {

// Rounded up: to wake too early would be to go to sleep again for nothing.
int in_milliseconds(std::optional<TimePoint::duration> limit) {
  if (!limit) return -1;
  auto rounded = std::chrono::ceil<std::chrono::milliseconds>(*limit);
  return static_cast<int>(std::clamp<int64_t>(rounded.count(), 0, 3'600'000));
}

}  // namespace

PollWatch::PollWatch(const std::vector<int>& fds) {
  for (int fd : fds) fds_.push_back({.fd = fd, .events = 0, .revents = 0});
}

void PollWatch::wait(std::optional<TimePoint::duration> limit) {
  if (poll(fds_.data(), fds_.size(), in_milliseconds(limit)) >= 0) return;
  if (errno != EINTR) throw OsError(errno, "wait for events");
  assume_nothing();
}

void PollWatch::assume_nothing() {
  for (pollfd& fd : fds_) fd.revents = 0;
}

}  // namespace callgate

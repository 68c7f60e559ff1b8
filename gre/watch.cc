// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/watch.hh"

#include <algorithm>
#include <array>
#include <cerrno>

#include "common/os_error.hh"

namespace callgate {
namespace {

constexpr size_t kAtOnce = 8;  // events; the others come with the next wait

// Rounded up: to wake too early would be to go to sleep again for nothing.
int in_milliseconds(std::optional<TimePoint::duration> limit) {
  if (!limit) return -1;
  auto rounded = std::chrono::ceil<std::chrono::milliseconds>(*limit);
  return static_cast<int>(std::clamp<int64_t>(rounded.count(), 0, 3'600'000));
}

}  // namespace

Watch::Watch(const std::vector<int>& fds)
    : epoll_(check(epoll_create1(EPOLL_CLOEXEC), "open an epoll descriptor")) {
  for (int fd : fds) add(fd);
}

void Watch::add(int fd) {
  epoll_event event{.events = 0, .data = {.u64 = watched_.size()}};
  int result = epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
  // A file or /dev/null has nothing to wait for; poll() says that it is ready.
  bool always_ready = result < 0 && errno == EPERM;
  if (!always_ready) check(result, "watch descriptor {}", fd);
  watched_.push_back({.fd = fd, .always_ready = always_ready});
}

void Watch::want(size_t which, Events events) {
  Watched& watched = watched_[which];
  if (watched.wanted == events) return;
  watched.wanted = events;
  epoll_event event{.events = events, .data = {.u64 = which}};
  if (!watched.always_ready)
    check(epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, watched.fd, &event), "watch descriptor {}",
          watched.fd);
}

void Watch::wait(std::optional<TimePoint::duration> limit) {
  assume_nothing();
  int milliseconds = take_always_ready() ? 0 : in_milliseconds(limit);
  std::array<epoll_event, kAtOnce> events;
  int count = epoll_wait(epoll_.get(), events.data(), kAtOnce, milliseconds);
  if (count < 0 && errno != EINTR) throw OsError(errno, "wait for events");
  for (int i = 0; i < count; i++) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    assume(event.data.u64, event.events);
  }
}

void Watch::assume(size_t which, Events events) {
  watched_[which].ready = events;
}

void Watch::assume_nothing() {
  for (Watched& watched : watched_) watched.ready = 0;
}

bool Watch::take_always_ready() {
  bool any = false;
  for (Watched& watched : watched_)
    if (watched.always_ready && watched.wanted) {
      watched.ready = watched.wanted;
      any = true;
    }
  return any;
}

}  // namespace callgate

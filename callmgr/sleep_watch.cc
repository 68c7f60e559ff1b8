// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/sleep_watch.hh"

#include <sys/timerfd.h>
#include <unistd.h>

#include <ctime>
#include <limits>

#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

// CLOCK_MONOTONIC stands still while the host sleeps, and CLOCK_BOOTTIME goes on.
Duration asleep_since_boot() {
  timespec awake{};
  clock_gettime(CLOCK_MONOTONIC, &awake);
  auto in_all = Clock::now().time_since_epoch();
  return std::chrono::round<Duration>(in_all - std::chrono::seconds(awake.tv_sec) -
                                      std::chrono::nanoseconds(awake.tv_nsec));
}

// The kernel cancels such a timer when somebody sets the clock, and when the host wakes up.
UniqueFd timer_for_clock_changes() {
  UniqueFd timer(check(timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK),
                       "create a timer that notices the end of a sleep"));
  itimerspec never{};
  never.it_value.tv_sec = std::numeric_limits<time_t>::max();
  check(timerfd_settime(timer.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr),
        "start a timer that notices the end of a sleep");
  return timer;
}

}  // namespace

SleepWatch::SleepWatch(EventLoop& loop, Slept slept)
    : slept_(std::move(slept)), asleep_(asleep_since_boot()), timer_(timer_for_clock_changes()) {
  set_ = loop.on_readable(timer_.get(), [this] { clock_was_set(); });
  set_.start();
}

void SleepWatch::clock_was_set() {
  uint64_t expirations = 0;
  if (read(timer_.get(), &expirations, sizeof expirations) >= 0 || errno != ECANCELED) return;
  auto slept = asleep_since_boot() - asleep_;
  if (slept < kNap) return;
  asleep_ += slept;
  log::notice("this host slept for {}: asking every server whether it is still there",
              seconds_text(std::chrono::round<std::chrono::seconds>(slept)));
  slept_(slept);
}

}  // namespace callgate

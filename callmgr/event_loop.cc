// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/event_loop.hh"

#include <algorithm>

#include "common/system/os_error.hh"

namespace callgate {
namespace {

timeval to_timeval(Duration time) {
  auto ms = std::max<Duration::rep>(time.count(), 0);
  return {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

}  // namespace

Watch::Watch(event_base* base, int fd_or_signal, short what, Callback callback)
    : body_(std::make_shared<Body>()) {
  body_->callback = std::move(callback);
  event_.reset(event_new(base, fd_or_signal, what, dispatch, body_.get()));
  if (!event_) throw OsError(ENOMEM, "create an event");
}

void Watch::dispatch(evutil_socket_t, short, void* body) {
  // This keeps the callback alive, which may destroy its Watch.
  auto keep = static_cast<Body*>(body)->shared_from_this();
  keep->callback();
}

void Watch::start() {
  if (event_add(event_.get(), nullptr) != 0) throw OsError(ENOMEM, "wait for an event");
}

void Watch::start(Duration delay) {
  auto time = to_timeval(delay);
  if (event_add(event_.get(), &time) != 0) throw OsError(ENOMEM, "wait for an event");
}

void Watch::stop() {
  if (event_) event_del(event_.get());
}

EventLoop::EventLoop() : base_(event_base_new()) {
  if (!base_) throw OsError(ENOMEM, "create the event loop");
}

Watch EventLoop::on_readable(int fd, Watch::Callback callback) {
  return Watch(base_.get(), fd, EV_READ | EV_PERSIST, std::move(callback));
}

Watch EventLoop::on_writable(int fd, Watch::Callback callback) {
  return Watch(base_.get(), fd, EV_WRITE | EV_PERSIST, std::move(callback));
}

Watch EventLoop::on_signal(int signal, Watch::Callback callback) {
  return Watch(base_.get(), signal, EV_SIGNAL | EV_PERSIST, std::move(callback));
}

Watch EventLoop::timer(Watch::Callback callback) {
  return Watch(base_.get(), -1, 0, std::move(callback));
}

void EventLoop::run() {
  quit_ = false;
  int nothing_to_wait_for = 0;
  while (!quit_ && !nothing_to_wait_for) {
    now_.reset();
    nothing_to_wait_for = event_base_loop(base_.get(), EVLOOP_ONCE);
    if (nothing_to_wait_for < 0) throw OsError(errno, "run the event loop");
  }
  now_.reset();
}

void EventLoop::quit() {
  quit_ = true;
  event_base_loopbreak(base_.get());
}

TimePoint EventLoop::now() {
  if (!now_) now_ = Clock::now();
  return *now_;
}

}  // namespace callgate

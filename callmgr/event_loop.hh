// SPDX-License-Identifier: GPL-2.0-or-later
// The part of libevent that the call manager uses, owned by move-only handles: a loop, watches on
// descriptors and signals, and timers. A callback may destroy the handle that it was called
// through.
#pragma once

#include <event2/event.h>

#include <functional>
#include <memory>
#include <optional>

#include "common/wire/ids.hh"

namespace callgate {

struct EventFree {
  void operator()(event* e) const { event_free(e); }
};
struct EventBaseFree {
  void operator()(event_base* b) const { event_base_free(b); }
};

// An event with its callback, at an address that does not move while libevent knows it.
class Watch {
 public:
  using Callback = std::function<void()>;

  Watch() = default;
  Watch(event_base* base, int fd_or_signal, short what, Callback callback);

  void start();                // a descriptor or a signal: calls back each time, until stop()
  void start(Duration delay);  // a timer: calls back once
  void stop();
  explicit operator bool() const { return static_cast<bool>(event_); }

 private:
  struct Body : std::enable_shared_from_this<Body> {
    Callback callback;
  };
  static void dispatch(evutil_socket_t, short what, void* body);

  std::shared_ptr<Body> body_;
  std::unique_ptr<event, EventFree> event_;
};

class EventLoop {
 public:
  EventLoop();
  Watch on_readable(int fd, Watch::Callback callback);
  Watch on_writable(int fd, Watch::Callback callback);
  Watch on_signal(int signal, Watch::Callback callback);
  Watch timer(Watch::Callback callback);
  void run();  // until quit(), or until there is nothing to wait for
  void quit();

  // The clock is read once in each turn of the loop. So all that is done in one turn happens at the
  // same time.
  TimePoint now();

 private:
  std::unique_ptr<event_base, EventBaseFree> base_;
  std::optional<TimePoint> now_;  // empty if nobody has asked in this turn
  bool quit_ = false;
};

}  // namespace callgate

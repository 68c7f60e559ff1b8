// SPDX-License-Identifier: GPL-2.0-or-later
// The little of libevent that the call manager uses, owned by move-only handles: a loop, watches on
// descriptors and signals, timers. Callbacks may destroy the handle they were called through.
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
  using Callback = std::function<void(short what)>;  // EV_READ, EV_WRITE, EV_TIMEOUT

  Watch() = default;
  Watch(event_base* base, int fd_or_signal, short what, Callback callback);

  void start();                  // wait for it, for ever
  void start(Duration timeout);  // with EV_TIMEOUT after this time
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
  Watch on_fd(int fd, short what, Watch::Callback callback);
  Watch on_signal(int signal, Watch::Callback callback);
  Watch timer(Watch::Callback callback);
  TimePoint now() const { return Clock::now(); }
  void run();
  void quit();

 private:
  std::unique_ptr<event_base, EventBaseFree> base_;
};

}  // namespace callgate

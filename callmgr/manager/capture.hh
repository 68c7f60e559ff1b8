// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl capture: the watcher passes a socket, to which the call's gateway writes copies of its
// packets, and this manager copies of the control messages. Neither waits for the watcher: what the
// socket has no room for is dropped and counted. At most one capture of a call runs at a time.
#pragma once

#include "callmgr/manager/calls.hh"
#include "callmgr/manager/questions.hh"

namespace callgate {

class Captures : public Calls::Observer {
 public:
  Captures(EventLoop& loop, Clients& clients, Calls& calls, Questions& questions,
           std::function<void()> sweep_soon)
      : loop_(loop),
        clients_(clients),
        calls_(calls),
        questions_(questions),
        sweep_soon_(std::move(sweep_soon)) {}

  // Returns why there is no capture.
  std::optional<Reason> begin(Client& watcher, CallId call, UniqueFd socket);
  void stop(const Client& watcher);
  // False if the manager has not asked this gateway.
  bool answered(const Client& gateway, const CaptureEnded& ended);
  bool watches(const Client& client) const { return running_.contains(client.number()); }

  void forget(uint32_t client);  // a gateway or a watcher that has gone
  void sweep();                  // ends those that are over; not from a link's own callback
  void end_all();                // this manager ends, and the next one does not know of them

 private:
  struct Capture {
    CallId call{};
    uint32_t gateway = 0, link = 0;
    std::shared_ptr<Channel> socket;  // the watcher's; the gateway has a descriptor of it too
    uint64_t dropped = 0;             // packets that the watcher has not been told of
    bool stopping = false;            // the watcher wants no more
    bool call_over = false;           // no control message will come any more
    std::optional<Reason> reason;
  };
  using Running = std::map<uint32_t, Capture>;  // by watcher

  void call_up(uint32_t client) override;
  void call_ends(CallId call, const Reason& reason) override;
  void call_released(CallId call) override;
  void link_closed(uint32_t link) override;
  void control_passed(ControlLink& link, Passage passage, ByteSpan message) override;

  Running::iterator of_gateway(uint32_t client);
  Running::iterator of_call(CallId call);
  bool over(const Running::value_type& entry) const;
  void stop_gateway(uint32_t watcher, uint32_t gateway);
  void end(Running::iterator capture, const CaptureEnded& last);

  EventLoop& loop_;
  Clients& clients_;
  Calls& calls_;
  Questions& questions_;
  std::function<void()> sweep_soon_;
  Running running_;
};

// Whether a descriptor is a Unix socket of records whose other end the client itself has made.
bool is_capture_socket(int fd, const Client& client);

}  // namespace callgate
